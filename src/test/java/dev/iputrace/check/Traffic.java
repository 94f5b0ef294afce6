package dev.iputrace.check;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * A healthy kernel's traffic, made up: inodes of a slab touched by Zipf's law in short bursts on a few CPUs, io_ends
 * started and freed, now and then a whole life. Knows the layout of cells and nothing of the checker.
 */
final class Traffic {
    static final int CPUS = 4;

    private static final long INODES = 0xffff888000000000L;
    private static final long IO_ENDS = 0xffff8880c0000000L;
    private static final long CALLERS = 0xffffffff81000000L;
    private static final int STRIDE = 1088;
    private static final int FREEING = 0x20;
    private static final int CLEAR = 0x40;
    private static final int IO_ENDS_IN_FLIGHT = 256;

    private final Random random;
    private final int inodes;
    private final double[] zipf;
    private final int[] nextSeq = new int[CPUS];
    private final int[] inFlight = new int[IO_ENDS_IN_FLIGHT];
    private final ByteBuffer buffer;
    private final CellWriter writer;
    private final int cells;
    private int written;
    private long tsNs = 1_000_000_000;
    private int cpu;

    /** Space for so many cells. */
    Traffic(long seed, int inodes, int cells) {
        this.random = new Random(seed);
        this.inodes = inodes;
        this.cells = cells;
        buffer = ByteBuffer.allocateDirect(cells * CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        writer = new CellWriter(buffer);
        zipf = new double[Math.min(inodes, 1 << 20)];
        double sum = 0;
        for (int i = 0; i < zipf.length; i++) {
            sum += Math.pow(i + 1.0, -0.99);
            zipf[i] = sum;
        }
        java.util.Arrays.fill(inFlight, -1);
    }

    ByteBuffer buffer() {
        return buffer;
    }

    int written() {
        return written;
    }

    int nextSeq(int ofCpu) {
        return nextSeq[ofCpu];
    }

    /** One birth each. */
    Traffic births() {
        for (int inode = 0; inode < inodes; inode++) {
            event(OpCode.BIRTH, 0, inode, 0, 0, 0);
        }
        return this;
    }

    /** Fills the space; ends with all io_ends freed, so a few cells may stay unused. */
    Traffic fill() {
        while (written + 2 * IO_ENDS_IN_FLIGHT + 16 < cells) {
            burst();
        }
        for (int ioEnd = 0; ioEnd < IO_ENDS_IN_FLIGHT; ioEnd++) {
            free(ioEnd);
        }
        return this;
    }

    private void burst() {
        if (random.nextInt(16) == 0) {
            cpu = random.nextInt(CPUS);
        }
        int inode = draw();
        int kind = random.nextInt(100);
        if (kind < 60) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                event(OpCode.IGRAB, 0, inode, 0, 1 + random.nextInt(4), 1 + random.nextInt(8));
                event(OpCode.IPUT, 0, inode, 0, 2 + random.nextInt(4), 9 + random.nextInt(8));
            }
        } else if (kind < 97) {
            int ioEnd = random.nextInt(IO_ENDS_IN_FLIGHT);
            free(ioEnd);
            inFlight[ioEnd] = inode;
            event(OpCode.IO_END_INIT, 0, inode, ioEnd(ioEnd), 1, 0);
        } else {
            life(inode);
        }
    }

    private void life(int inode) {
        for (int ioEnd = 0; ioEnd < IO_ENDS_IN_FLIGHT; ioEnd++) {
            if (inFlight[ioEnd] == inode) {
                return;
            }
        }
        event(OpCode.IPUT, Flag.UNLINKED, inode, 0, 1, 20);
        state(event(OpCode.EVICT, Flag.FREEING, inode, 0, 0, 0), FREEING);
        state(event(OpCode.CLEAR, Flag.FREEING, inode, 0, 0, 0), FREEING);
        state(event(OpCode.DEATH, Flag.FREEING | Flag.CLEAR, inode, 0, 0, 0), FREEING | CLEAR);
        tsNs += 50_000_000;
        event(OpCode.BIRTH, 0, inode, 0, 0, 0);
    }

    private void free(int ioEnd) {
        if (inFlight[ioEnd] >= 0) {
            inFlight[ioEnd] = -1;
            event(OpCode.IO_END_FREE, 0, -1, ioEnd(ioEnd), 0, 0);
        }
    }

    private static long ioEnd(int index) {
        return IO_ENDS + 64L * index;
    }

    /** Hot inodes lie anywhere in the slab. */
    private int draw() {
        double at = random.nextDouble() * zipf[zipf.length - 1];
        int rank = java.util.Arrays.binarySearch(zipf, at);
        rank = rank < 0 ? -rank - 1 : rank;
        return (int) (Math.min(rank, zipf.length - 1) * 2654435761L % inodes);
    }

    private int event(int op, int flags, int inode, long ioEnd, int iCount, int caller) {
        int at = written++ * CellLayout.CELL_SIZE;
        tsNs += 1 + random.nextInt(1000);
        writer.begin(at, tsNs, op, flags, cpu, nextSeq[cpu]++)
                .inode(inode < 0 ? 0 : INODES + (long) STRIDE * inode, inode < 0 ? 0 : 11 + inode, 8 << 20 | 1)
                .ioEnd(ioEnd)
                .state(iCount, 0)
                .task(100 + cpu, caller == 0 ? 0 : CALLERS + 0x40L * caller);
        return at;
    }

    private void state(int at, int iState) {
        buffer.putInt(at + CellLayout.I_STATE, iState);
    }

    /** Hands the cells {@code from} up to {@code to} over. */
    void replay(EventSink sink, int from, int to) {
        EventCell cell = new EventCell(buffer);
        for (int i = from; i < to; i++) {
            sink.cell(cell.at(i * CellLayout.CELL_SIZE));
        }
    }
}
