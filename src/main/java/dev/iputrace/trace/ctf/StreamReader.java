package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellRun;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.OpCode;
import dev.iputrace.trace.SeqLoss;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one CPU, packet by packet, with what the packets say of loss. Hot path: cells are handed on where they
 * were read; allocates nothing per event.
 */
final class StreamReader implements AutoCloseable {
    /** In the head of a cell: cpu and, above it, seq. */
    private static final int CPU_SHIFT = 16;

    private static final long SEQ_STEP = 1L << (Integer.SIZE - CPU_SHIFT);
    /** Bits that no op of the kernel has. */
    private static final int NO_EVENT = 0xff & -OpCode.FIRST_COMPANION;

    private final PacketReader packets;
    private final SeqLoss loss;
    private final EventCell cell;
    private final CellRun run;
    private final ByteBuffer made =
            ByteBuffer.allocateDirect(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final EventCell madeCell = new EventCell(made);

    private int offset;
    private int end;
    /** The packet holds cells that are not handed on as they are. */
    private boolean mixed;

    private boolean late;
    private long lateTsNs;
    private long lastTsNs;
    private long lossTold;
    /** The packet has cells behind those that are handed on. */
    private boolean cutShort;
    /** The end was reached, and is not where the CPU's events end. */
    private boolean endsEarly;

    StreamReader(PacketReader packets, @Nullable String seq) {
        this.packets = packets;
        this.loss = SeqLoss.of(seq);
        this.cell = new EventCell(packets.block());
        this.run = new CellRun(packets.block());
    }

    /** Loads the first packet; false when there is none. */
    boolean begin() {
        return nextPacket();
    }

    /** Time in the stream of the next cell. */
    long tsNs() {
        return packets.block().getLong(offset);
    }

    /** Time of the last cell of the packet that is current. */
    long lastTsNs() {
        return lastTsNs;
    }

    long bytesRead() {
        return packets.bytesRead();
    }

    /**
     * Hands on the cells that are not younger than {@code limitNs}, at most about {@code max}.
     *
     * @return their number; at the end of the stream its complement ({@code ~})
     */
    int deliver(EventSink sink, long limitNs, int max) {
        int count = 0;
        while (count < max && tsNs() <= limitNs) {
            count += mixed || late ? deliverOne(sink) : deliverPlain(sink, limitNs);
            if (offset == end) {
                boolean more = nextPacket();
                // Before what other CPUs sent meanwhile, which it may explain.
                count += tellLoss(sink);
                if (!more) {
                    return ~count;
                }
            }
        }
        return count;
    }

    private int deliverPlain(EventSink sink, long limitNs) {
        ByteBuffer block = packets.block();
        int first = offset;
        int at = end;
        if (lastTsNs > limitNs) {
            at = first + CellLayout.CELL_SIZE;
            while (at < end && block.getLong(at) <= limitNs) {
                at += CellLayout.CELL_SIZE;
            }
        }
        offset = at;
        int count = (at - first) / CellLayout.CELL_SIZE;
        sink.cells(run.set(first, count));
        return count;
    }

    private int deliverOne(EventSink sink) {
        cell.at(offset);
        int op = cell.op();
        if (op == CtfLayout.LATE) {
            late = true;
            lateTsNs = cell.word(0);
            offset += CellLayout.CELL_SIZE;
            return 0;
        }
        if (late) {
            late = false;
            made.put(0, packets.block(), offset, CellLayout.CELL_SIZE).putLong(CellLayout.TS_NS, lateTsNs);
            sink.cell(madeCell.at(0));
        } else {
            sink.cell(cell);
        }
        offset += CellLayout.CELL_SIZE;
        return 1;
    }

    /** Loss that no hole in {@code seq} shows becomes a cell of its own; of one, when nobody knows how much. */
    int tellLoss(EventSink sink) {
        long told = Math.max(packets.discarded() - loss.lost(), 0);
        boolean toTheEnd = endsEarly;
        endsEarly = false;
        if (told <= lossTold && !packets.isLossy() && !toTheEnd) {
            return 0;
        }
        new CellWriter(made)
                .begin(0, lastTsNs, OpCode.LOSS, LossStage.IMPORT.code(), packets.cpu(), 0)
                .word(0, Math.max(told - lossTold, 1))
                .word(1, toTheEnd ? LossStage.TO_THE_END : 0);
        lossTold = Math.max(told, lossTold);
        packets.lossTold();
        sink.cell(madeCell.at(0));
        return 1;
    }

    private boolean nextPacket() {
        boolean more = load();
        while (more && offset == end) {
            more = load();
        }
        return more;
    }

    private boolean load() {
        if (cutShort) {
            cutShort = false;
            packets.lose();
        }
        if (!packets.next(lastTsNs)) {
            if (late && !packets.isLossy()) {
                packets.damage("ends behind a mark that the next cell is late");
            }
            endsEarly = packets.endsEarly();
            return false;
        }
        // What the mark was for went with the packets between.
        late &= !packets.isLossy();
        inspect();
        return true;
    }

    /** One pass before the cells are handed on: what is in the packet, and as far as it is what a recorder writes. */
    private void inspect() {
        offset = packets.firstCell();
        end = offset + packets.cells() * CellLayout.CELL_SIZE;
        mixed = false;
        if (packets.inDoubt() || !isPlain()) {
            inspectEach();
        }
        if (offset < end && packets.timesAreWrong()) {
            packets.damage("timestamps of the packet contradict each other");
        }
    }

    /** True when the packet is what nearly all are: events of the kernel, none missing, in order of time. */
    private boolean isPlain() {
        if (offset == end) {
            return false;
        }
        ByteBuffer block = packets.block();
        long first = block.getLong(offset + CellLayout.OP);
        long expected = first >>> CPU_SHIFT;
        long unlike = 0;
        long codes = 0;
        int ops = 0;
        long firstNs = block.getLong(offset);
        long previousNs = lastTsNs;
        boolean back = false;
        for (int at = offset; at < end; at += CellLayout.CELL_SIZE) {
            long head = block.getLong(at + CellLayout.OP);
            long tsNs = block.getLong(at);
            unlike |= head >>> CPU_SHIFT ^ expected;
            expected += SEQ_STEP;
            codes |= head;
            ops |= 1 << head;
            back |= tsNs < previousNs;
            previousNs = tsNs;
        }
        if (unlike != 0 || back || (codes & NO_EVENT) != 0 || (ops & ~CtfLayout.EVENTS_KNOWN) != 0) {
            return false;
        }
        if (!isOfPacket((int) (first >>> CPU_SHIFT) & 0xffff, firstNs, previousNs)) {
            return false;
        }
        lastTsNs = previousNs;
        loss.events((int) (first >>> Integer.SIZE), (end - offset) / CellLayout.CELL_SIZE);
        return true;
    }

    /** What is checked of the packet as a whole, when its cells are of one CPU and in order. */
    private boolean isOfPacket(int cpu, long firstNs, long lastNs) {
        return cpu == packets.cpu() && PacketCells.encloses(packets.block(), packets.packet(), firstNs, lastNs);
    }

    private void inspectEach() {
        int believed = believed();
        cutShort |= believed < packets.cells();
        end = offset + believed * CellLayout.CELL_SIZE;
        for (int at = offset; at < end; at += CellLayout.CELL_SIZE) {
            cell.at(at);
            int op = cell.op();
            loss.cell(cell, op);
            lastTsNs = cell.tsNs();
            mixed |= op >= CtfLayout.LATE;
        }
    }

    /** How many cells of the packet are to be believed. */
    private int believed() {
        ByteBuffer block = packets.block();
        int base = packets.packet();
        int cells = packets.cells();
        int looked = packets.cellsToLookAt();
        int odd = PacketCells.firstOdd(block, base, looked, lastTsNs);
        if (odd == looked && !packets.inDoubt()) {
            return cells;
        }
        if (odd < looked) {
            int at = base + CtfLayout.cellOffset(odd);
            long afterNs = odd == 0 ? lastTsNs : block.getLong(at - CellLayout.CELL_SIZE);
            packets.damage(
                    "no event at cell " + odd + " of " + cells + ": " + PacketCells.problem(block, base, at, afterNs));
        }
        return PacketCells.believed(block, base, cells, odd, looked, packets.lastInDoubt());
    }

    @Override
    public void close() {
        packets.close();
    }
}
