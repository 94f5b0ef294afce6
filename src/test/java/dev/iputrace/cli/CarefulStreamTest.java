package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class CarefulStreamTest {
    private static CarefulStream failing(String why) {
        return new CarefulStream(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException(why);
                    }
                },
                "path=report");
    }

    @Test
    void aFullDiskIsRemembered() {
        CarefulStream stream = failing("No space left on device");
        PrintStream out = stream.print();

        out.println("one");
        out.println("two");

        assertThat(stream.failed()).isTrue();
        assertThat(ExitCode.written(ExitCode.OK, stream)).isEqualTo(ExitCode.INTERNAL);
        assertThat(ExitCode.written(ExitCode.VIOLATION, stream)).isEqualTo(ExitCode.VIOLATION);
    }

    @Test
    void aReaderThatHasLeftIsNoFailure() {
        CarefulStream stream = failing("Broken pipe");

        stream.print().println("one");

        assertThat(stream.failed()).isFalse();
        assertThat(stream.readerLeft()).isTrue();
        assertThat(ExitCode.written(ExitCode.OK, stream)).isZero();
    }
}
