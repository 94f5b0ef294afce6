package dev.iputrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingMappingTest {
    private static final int SIZE = 1 << 16;

    @TempDir
    private Path folder;

    private Path fileOfPages(int bytes) throws IOException {
        Path path = folder.resolve("ring");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(bytes);
        }
        return path;
    }

    @Test
    void dataIsSeenTwiceAndPositionsAreShared() throws IOException {
        int page = NativeMemory.pageSize();
        Path path = fileOfPages(2 * page + SIZE);

        try (RingMapping mapping = RingMapping.ofFile(path.toString(), SIZE);
                FileChannel file = new RandomAccessFile(path.toFile(), "rw").getChannel()) {
            RingMemory memory = mapping.memory();
            ByteBuffer shared =
                    file.map(FileChannel.MapMode.READ_WRITE, 0, file.size()).order(ByteOrder.LITTLE_ENDIAN);
            shared.putLong(page, 72);
            shared.putLong(2 * page + 8, 0x1122334455667788L);
            memory.consumer().putLong(0, 40);

            assertThat(memory.size()).isEqualTo(SIZE);
            assertThat(memory.data().getLong(8)).isEqualTo(0x1122334455667788L);
            assertThat(memory.data().getLong(SIZE + 8)).isEqualTo(0x1122334455667788L);
            assertThat(shared.getLong(0)).isEqualTo(40);
            assertThat(memory.backlogBytes()).isEqualTo(32);
        }
    }

    @Test
    void onlyTheConsumerPageIsWritable() throws IOException {
        Path path = fileOfPages(2 * NativeMemory.pageSize() + SIZE);

        try (RingMapping mapping = RingMapping.ofFile(path.toString(), SIZE)) {
            assertThatThrownBy(() -> mapping.memory().data().putLong(0, 1)).isInstanceOf(ReadOnlyBufferException.class);
            assertThatThrownBy(() -> mapping.memory().producer().putLong(0, 1))
                    .isInstanceOf(ReadOnlyBufferException.class);
        }
    }

    @Test
    void missingFileIsNamed() {
        assertThatThrownBy(() -> RingMapping.ofFile("/nonexistent/ring", SIZE))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("path=/nonexistent/ring")
                .hasMessageContaining("[2] No such file");
    }

    @Test
    void descriptorThatCannotBeMappedIsNamed() {
        assertThatThrownBy(() -> RingMapping.ofBpfMap(-1, SIZE))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("fd=-1");
    }

    @Test
    void closedMemoryGivesNoBuffer() throws IOException {
        Path path = fileOfPages(NativeMemory.pageSize());
        int fd = LibC.open(path.toString(), LibC.O_RDWR);
        NativeMemory memory = NativeMemory.map(fd, 0, NativeMemory.pageSize(), false);
        LibC.close(fd);

        memory.close();
        memory.close();

        assertThatThrownBy(() -> memory.buffer(0, 8)).hasMessageContaining("closed=true");
    }
}
