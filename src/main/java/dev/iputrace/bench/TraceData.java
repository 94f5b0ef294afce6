package dev.iputrace.bench;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellRun;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A healthy kernel of era A, made up, the same for the same numbers: first a birth of each inode, then igrab and iput
 * in short bursts on inodes drawn log-uniformly (near Zipf), io_ends that take and give back a reference, at times a
 * whole life; two CPUs, hot inodes scattered over the slab. In it, {@link #seeds} violations: a bad put, a second
 * free, a use after death, in turn.
 */
final class TraceData {
    private static final int CHUNK = 1 << 14;
    /** Cells that one {@link #burst} makes at most. */
    private static final int BURST_MAX = 16;

    private static final long INODE_BASE = 0xffff888100000000L;
    private static final long IO_END_BASE = 0xffff888900000000L;
    private static final long CALLERS = 0xffffffff81200000L;
    private static final int S_DEV = 8 << 20 | 1;
    private static final int STRIDE = 1088;
    private static final int IO_ENDS = 64;
    private static final int NEVER = -1;
    private static final int FREED = -2;
    private static final int I_FREEING = 0x20;
    private static final int I_CLEAR = 0x40;

    final int inodes;
    final int seeds;
    private final long eventsWanted;
    private final ByteBuffer chunk =
            ByteBuffer.allocateDirect(CHUNK * CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final CellWriter writer = new CellWriter(chunk);
    private final CellRun run = new CellRun(chunk);
    private final int[] inFlight = new int[IO_ENDS];
    private final int[] seq = new int[2];
    private SplittableRandom random = new SplittableRandom(1);
    private int at;
    private int cpu;
    private long tsNs;
    private long made;
    private int seeded;
    private int born;

    /** {@code events} beside the births, up to a few more. */
    TraceData(int inodes, long events, int seeds) {
        this.inodes = inodes;
        this.seeds = seeds;
        this.eventsWanted = events;
        rewind();
    }

    /** Violations of these that are puts: all that shows in a text of puts and holds. */
    int badPuts() {
        return (seeds + 2) / 3;
    }

    /** All events made, births included; known once all were. */
    long made() {
        return made;
    }

    void rewind() {
        random = new SplittableRandom(1);
        Arrays.fill(inFlight, NEVER);
        Arrays.fill(seq, 0);
        tsNs = 1_000_000_000;
        made = 0;
        seeded = 0;
        born = 0;
        cpu = 0;
    }

    /** All events from the first, in order. */
    void feed(EventSink sink) {
        rewind();
        for (int size = fill(); size > 0; size = fill()) {
            sink.cells(run.set(0, size));
        }
    }

    void write(Path path) throws IOException {
        rewind();
        try (FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int size = fill(); size > 0; size = fill()) {
                ByteBuffer bytes = chunk.duplicate().clear().limit(size * CellLayout.CELL_SIZE);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
        }
    }

    /** Makes the next cells in place; their number, 0 at the end. */
    private int fill() {
        at = 0;
        while (at < CHUNK && born < inodes) {
            event(OpCode.BIRTH, 0, born++, 1, 0);
        }
        while (at + BURST_MAX <= CHUNK && made < inodes + eventsWanted) {
            if (seeded < seeds && made > inodes + eventsWanted / (seeds + 1) * (seeded + 1)) {
                seed(seeded++ % 3);
            } else {
                burst();
            }
        }
        return at;
    }

    private void burst() {
        if (random.nextInt(16) == 0) {
            cpu = random.nextInt(2);
        }
        int inode = draw();
        int kind = random.nextInt(100);
        if (kind < 60) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                event(OpCode.IGRAB, 0, inode, 1 + random.nextInt(4), 1 + random.nextInt(8));
                event(OpCode.IPUT, 0, inode, 2 + random.nextInt(4), 9 + random.nextInt(8));
            }
        } else if (kind < 97) {
            int ioEnd = random.nextInt(IO_ENDS);
            free(ioEnd);
            init(ioEnd, inode);
        } else if (!hasIoEnd(inode)) {
            life(inode, false);
        }
    }

    private void init(int ioEnd, int inode) {
        inFlight[ioEnd] = inode;
        event(OpCode.IGRAB, Flag.IN_IO_END_INIT, inode, 2, 20);
        event(OpCode.IO_END_INIT, 0, inode, 3, 0);
        writer.ioEnd(IO_END_BASE + 64L * ioEnd);
    }

    private void free(int ioEnd) {
        int inode = inFlight[ioEnd];
        if (inode >= 0) {
            inFlight[ioEnd] = FREED;
            freeEvent(ioEnd);
            event(OpCode.IPUT, Flag.IN_IO_END_FREE, inode, 3, 21);
        }
    }

    private void freeEvent(int ioEnd) {
        begin(OpCode.IO_END_FREE, 0).ioEnd(IO_END_BASE + 64L * ioEnd).task(100 + cpu, 0);
    }

    private boolean hasIoEnd(int inode) {
        for (int held : inFlight) {
            if (held == inode) {
                return true;
            }
        }
        return false;
    }

    private void life(int inode, boolean usedDead) {
        event(OpCode.IPUT, Flag.UNLINKED, inode, 1, 22);
        event(OpCode.EVICT, Flag.FREEING, inode, 0, 0);
        event(OpCode.CLEAR, Flag.FREEING, inode, 0, 0);
        event(OpCode.DEATH, Flag.DYING, inode, 0, 0);
        if (usedDead) {
            tsNs += 1_000_000;
            event(OpCode.IGRAB, Flag.DYING | Flag.REFUSED, inode, 0, 23);
        }
        event(OpCode.BIRTH, 0, inode, 1, 0);
    }

    private void seed(int kind) {
        int inode = draw();
        while (hasIoEnd(inode)) {
            inode = draw();
        }
        if (kind == 0) {
            event(OpCode.IPUT, Flag.FREEING, inode, 0, 24);
        } else if (kind == 2) {
            life(inode, true);
        } else {
            for (int ioEnd = 0; ioEnd < IO_ENDS; ioEnd++) {
                if (inFlight[ioEnd] != NEVER) {
                    free(ioEnd);
                    freeEvent(ioEnd);
                    return;
                }
            }
            throw new IllegalStateException("no io_end yet");
        }
    }

    private CellWriter begin(int op, int flags) {
        int offset = at++ * CellLayout.CELL_SIZE;
        tsNs += 1 + random.nextInt(200);
        made++;
        return writer.begin(offset, tsNs, op, flags, cpu, seq[cpu]++);
    }

    private void event(int op, int flags, int inode, int iCount, int caller) {
        int iState = ((flags & Flag.FREEING) != 0 ? I_FREEING : 0) | ((flags & Flag.CLEAR) != 0 ? I_CLEAR : 0);
        begin(op, flags)
                .inode(INODE_BASE + (inode * 0x9E3779B1L % inodes) * STRIDE, inode + 11, S_DEV)
                .state(iCount, iState)
                .task(100 + cpu, caller == 0 ? 0 : CALLERS + 0x40L * caller);
    }

    private int draw() {
        return (int) Math.pow(inodes, random.nextDouble()) - 1;
    }
}
