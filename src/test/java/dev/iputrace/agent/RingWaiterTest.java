package dev.iputrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingWaiterTest {
    @TempDir
    private Path folder;

    @Test
    void timedWaiterBacksOffWhenIdleAndIsBackAtOnce() {
        TimedWaiter waiter = new TimedWaiter();

        for (int drain = 0; drain < 200; drain++) {
            waiter.afterDrain(0);
        }
        assertThat(waiter.sleepNs()).isEqualTo(50_000);
        for (int drain = 0; drain < 10; drain++) {
            waiter.afterDrain(0);
        }
        assertThat(waiter.sleepNs()).isEqualTo(10_000_000);
        waiter.afterDrain(1);
        assertThat(waiter.sleepNs()).isEqualTo(50_000);
    }

    @Test
    void epollWaiterSleepsUntilSomethingIsThere() throws IOException, InterruptedException {
        Path pipe = fifo();
        int fd = LibC.open(pipe.toString(), LibC.O_RDWR);
        try (EpollWaiter waiter = EpollWaiter.ofRings(() -> true, 20, fd);
                OutputStream out = Files.newOutputStream(pipe)) {
            assertThat(waiter.sleep()).isFalse();

            out.write(1);
            assertThat(waiter.sleep()).isTrue();
        } finally {
            LibC.close(fd);
        }
    }

    @Test
    void epollWaiterDoesNotSleepWhenTheReaderForbids() throws IOException, InterruptedException {
        int fd = LibC.open(fifo().toString(), LibC.O_RDWR);
        try (EpollWaiter waiter = EpollWaiter.ofRings(() -> false, 60_000, fd)) {
            assertThat(waiter.sleep()).isFalse();
            assertThat(waiter.timeouts()).isZero();
        } finally {
            LibC.close(fd);
        }
    }

    @Test
    void epollWaiterNamesADescriptorThatIsNone() {
        assertThatThrownBy(() -> EpollWaiter.ofRings(() -> true, 1, -1))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("fd=-1");
    }

    private Path fifo() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }
}
