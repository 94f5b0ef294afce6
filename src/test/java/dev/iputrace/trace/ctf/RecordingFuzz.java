package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.fuzz.Drained;
import dev.iputrace.trace.TraceFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Any bytes are the streams of a recording, or are refused by name; and what repair leaves has no damage but what is
 * gone. The first byte tells what the others are: 0 a stream, 1 two streams, else packets by their fields, so that what
 * lies behind the header is reached.
 */
public final class RecordingFuzz {
    private static final UUID TRACE = new UUID(0x6f1c2c1e57aa4b58L, 0x9a0e0d2f6d6b1e64L);
    private static final int EDITS_MAX = 4;

    private static final Path FOLDER = folder();

    private RecordingFuzz() {}

    private static Path folder() {
        try {
            Path shm = Path.of("/dev/shm");
            Path folder = Files.isWritable(shm)
                    ? Files.createTempDirectory(shm, "iputrace-fuzz")
                    : Files.createTempDirectory("iputrace-fuzz");
            Files.writeString(folder.resolve(CtfLayout.METADATA), MetadataWriter.text(TRACE, Cells.PROVENANCE));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        for (String name : List.of(CtfLayout.METADATA, "cpu0", "cpu1", ".")) {
            folder.resolve(name).normalize().toFile().delete();
        }
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        if (data.length < 2) {
            return;
        }
        write(data);
        long bytes = size("cpu0") + size("cpu1");
        Drained damaged = read();
        if (damaged != null && damaged.cells() > bytes / 32 + 4) {
            throw new AssertionError("cells out of nothing: bytes=" + bytes + ", cells=" + damaged.cells());
        }

        Repair.run(FOLDER);
        Drained repaired = read();
        List<String> again = Repair.run(FOLDER);
        if (!again.isEmpty()) {
            throw new AssertionError("repaired twice: " + again);
        }
        String left = repaired == null ? null : repaired.provenance().get("damage");
        if (left != null
                && !left.replaceAll("file=cpu\\d, byte=\\d+: packets missing: [^;]*", "")
                        .matches("[; ]*")) {
            throw new AssertionError("damage that repair left: " + left);
        }
        // Loss that repair makes is told by a cell of its own in each stream.
        if (repaired != null && repaired.cells() > (damaged == null ? 0 : damaged.cells()) + 2) {
            throw new AssertionError("repair found more than there was: cells=" + repaired.cells());
        }
    }

    @org.jspecify.annotations.Nullable
    private static Drained read() throws IOException {
        try (RecordingSource source = new RecordingSource(FOLDER)) {
            return Drained.of(source);
        } catch (TraceFormatException e) {
            return null;
        }
    }

    private static long size(String name) throws IOException {
        Path path = FOLDER.resolve(name);
        return Files.exists(path) ? Files.size(path) : 0;
    }

    private static void write(byte[] data) throws IOException {
        byte[] rest = Arrays.copyOfRange(data, 1, data.length);
        Files.deleteIfExists(FOLDER.resolve("cpu1"));
        if (data[0] == 0) {
            Files.write(FOLDER.resolve("cpu0"), rest);
        } else if (data[0] == 1) {
            Files.write(FOLDER.resolve("cpu0"), Arrays.copyOf(rest, rest.length / 2));
            Files.write(FOLDER.resolve("cpu1"), Arrays.copyOfRange(rest, rest.length / 2, rest.length));
        } else {
            ByteBuffer in = ByteBuffer.wrap(rest).order(ByteOrder.LITTLE_ENDIAN);
            Files.write(FOLDER.resolve("cpu0"), packets(in, 3, 0));
            Files.write(FOLDER.resolve("cpu1"), packets(in, 3, 1));
        }
    }

    /** Sound packets, each with some cells and some bytes of its head changed as the input says. */
    private static byte[] packets(ByteBuffer in, int max, int cpu) {
        ByteBuffer out = ByteBuffer.allocate(max * CtfLayout.PACKET_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        int packet = 0;
        for (int base = 0; packet < max && in.remaining() > 2; packet++, base += CtfLayout.PACKET_SIZE) {
            int cells = (in.get() & 0xff) % (CtfLayout.CELLS_PER_PACKET + 1);
            int edits = (in.get() & 0xff) % (EDITS_MAX + 1);
            out.putInt(base, CtfLayout.MAGIC);
            PacketHeader.putUuid(out, base, TRACE);
            out.putLong(base + CtfLayout.TIMESTAMP_END, Long.MAX_VALUE);
            out.putLong(base + CtfLayout.CONTENT_SIZE, CtfLayout.contentBits(cells));
            out.putLong(base + CtfLayout.PACKET_SIZE_BITS, CtfLayout.PACKET_SIZE * 8L);
            out.putLong(base + CtfLayout.PACKET_SEQ_NUM, packet);
            out.putInt(base + CtfLayout.CPU_ID, cpu);
            out.putInt(base + CtfLayout.ABI_VERSION, CellLayout.ABI_VERSION);
            for (; edits > 0 && in.remaining() > 1; edits--) {
                out.put(base + (in.get() & 0xff) % CtfLayout.HEADER_SIZE, in.get());
            }
            int bytes = Math.min(cells * CellLayout.CELL_SIZE, in.remaining());
            out.put(base + CtfLayout.HEADER_SIZE, in, in.position(), bytes);
            in.position(in.position() + bytes);
        }
        return Arrays.copyOf(out.array(), packet * CtfLayout.PACKET_SIZE);
    }
}
