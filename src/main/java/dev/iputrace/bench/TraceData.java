package dev.iputrace.bench;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Events to measure with: igrab and iput 44 % each, io_end init and free 6 % each, on inodes drawn log-uniformly (near
 * Zipf), scattered as a slab scatters them; two CPUs; the same for the same numbers. Every {@code badEvery}th iput is
 * one below zero on a dying inode; 0 for none.
 */
final class TraceData {
    static final int CHUNK = 1 << 16;
    private static final long INODE_BASE = 0xffff888100000000L;
    private static final long IO_END_BASE = 0xffff888900000000L;
    private static final int IO_ENDS = 64;
    private static final int STRIDE = 1088;

    final long events;
    final int inodes;
    final long bad;
    private final long badEvery;
    private final ByteBuffer chunk =
            ByteBuffer.allocateDirect(CHUNK * CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final CellWriter writer = new CellWriter(chunk);
    private SplittableRandom random = new SplittableRandom(1);
    private final long[] liveIoEnds = new long[IO_ENDS];
    private final int[] seq = new int[2];
    private long number;
    private long puts;

    TraceData(long events, int inodes, long badEvery) {
        this.events = events / CHUNK * CHUNK;
        this.inodes = inodes;
        this.badEvery = badEvery;
        this.bad = countBad();
    }

    private long countBad() {
        rewind();
        for (long done = 0; done < events; done += CHUNK) {
            fill();
        }
        return badEvery == 0 ? 0 : puts / badEvery;
    }

    /** Back to the first event. */
    void rewind() {
        random = new SplittableRandom(1);
        java.util.Arrays.fill(liveIoEnds, 0);
        java.util.Arrays.fill(seq, 0);
        number = 0;
        puts = 0;
    }

    /** The next {@link #CHUNK} cells, in place. */
    ByteBuffer fill() {
        for (int i = 0; i < CHUNK; i++) {
            make(i * CellLayout.CELL_SIZE);
        }
        return chunk;
    }

    private void make(int at) {
        int cpu = (int) (number >> 6) & 1;
        long tsNs = 1_000_000_000L + 100 * number++;
        int kind = random.nextInt(100);
        if (kind >= 88) {
            ioEnd(at, tsNs, cpu);
            return;
        }
        long rank = inode();
        boolean put = kind < 44;
        puts += put ? 1 : 0;
        boolean isBad = put && badEvery > 0 && puts % badEvery == 0;
        writer.begin(at, tsNs, put ? OpCode.IPUT : OpCode.IGRAB, isBad ? Flag.FREEING : 0, cpu, seq[cpu]++)
                .inode(address(rank), rank + 11, (8 << 20) | 1)
                .state(isBad ? 0 : 2, isBad ? 0x20 : 0)
                .task(100 + cpu, 0xffffffff81200000L + kind);
    }

    private void ioEnd(int at, long tsNs, int cpu) {
        int slot = random.nextInt(IO_ENDS);
        boolean init = liveIoEnds[slot] == 0;
        long rank = init ? inode() : 0;
        liveIoEnds[slot] = init ? rank + 1 : 0;
        writer.begin(at, tsNs, init ? OpCode.IO_END_INIT : OpCode.IO_END_FREE, 0, cpu, seq[cpu]++)
                .ioEnd(IO_END_BASE + 64L * slot)
                .state(init ? 2 : 0, 0)
                .task(100 + cpu, 0);
        if (init) {
            writer.inode(address(rank), rank + 11, (8 << 20) | 1);
        }
    }

    private long inode() {
        return (long) Math.pow(inodes, random.nextDouble()) - 1;
    }

    /** Hot inodes are not neighbours. */
    private long address(long rank) {
        return INODE_BASE + (rank * 0x9E3779B1L % inodes) * STRIDE;
    }

    void writeCells(Path path) throws IOException {
        rewind();
        try (FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long done = 0; done < events; done += CHUNK) {
                ByteBuffer bytes = fill().duplicate().clear();
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
        }
    }

    /** As trace_pipe prints them; an event a line, init and igrab with their return. */
    void writeText(Path path) {
        rewind();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 20)) {
            for (long done = 0; done < events; done += CHUNK) {
                ByteBuffer cells = fill();
                for (int i = 0; i < CHUNK; i++) {
                    line(cells, i * CellLayout.CELL_SIZE, out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void line(ByteBuffer cells, int at, OutputStream out) throws IOException {
        long tsUs = cells.getLong(at) / 1000;
        String head = String.format(
                Locale.ROOT,
                "           stress-%-7d [%03d] ..... %5d.%06d: ",
                cells.getInt(at + CellLayout.TID),
                cells.getShort(at + CellLayout.CPU),
                tsUs / 1_000_000,
                tsUs % 1_000_000);
        String name = cells.get(at + CellLayout.OP) == OpCode.IPUT ? "iput" : "ihold";
        long inode = Math.max(cells.getLong(at + CellLayout.INODE) & 0xffffffffL, 16);
        String text = head + name + ": (" + name + "+0x0/0x220) inode=0xffff8881" + Long.toHexString(inode)
                + " i_count=" + cells.getInt(at + CellLayout.I_COUNT) + " i_state=0x"
                + Integer.toHexString(cells.getInt(at + CellLayout.I_STATE)) + " i_ino="
                + cells.getLong(at + CellLayout.I_INO) + "\n";
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
