package dev.iputrace.bench;

import dev.iputrace.abi.CellLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of cells in memory, all its pages mapped, as the C reference has it. */
final class MappedCells {
    private final ByteBuffer bytes;

    /** Writable, privately: a read-only buffer is another class, which no hot path of ours sees elsewhere. */
    MappedCells(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            bytes = file.map(FileChannel.MapMode.PRIVATE, 0, file.size()).load().order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    ByteBuffer bytes() {
        return bytes;
    }

    long count() {
        return bytes.limit() / CellLayout.CELL_SIZE;
    }
}
