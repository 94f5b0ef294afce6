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
            count += tellLoss(sink);
            count += mixed || late ? deliverOne(sink) : deliverPlain(sink, limitNs);
            if (offset == end && !nextPacket()) {
                return ~(count + tellLoss(sink));
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
        } else if (CtfLayout.isKnown(op)) {
            sink.cell(cell);
        }
        offset += CellLayout.CELL_SIZE;
        return CtfLayout.isKnown(op) ? 1 : 0;
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
        do {
            if (!packets.next()) {
                if (late) {
                    packets.damage("ends behind a mark that the next cell is late");
                }
                endsEarly = packets.endsEarly();
                return false;
            }
        } while (packets.cells() == 0);
        // What the mark was for went with the packets between.
        late &= !packets.isLossy();
        offset = packets.firstCell();
        end = offset + packets.cells() * CellLayout.CELL_SIZE;
        inspect();
        return true;
    }

    /** One pass before the cells are handed on: what is in the packet, and whether it is in order. */
    private void inspect() {
        mixed = false;
        if (!isPlain()) {
            inspectEach();
        }
        packets.checkTimes(tsNs(), lastTsNs);
    }

    /** True when the packet is what nearly all are: events of the kernel, none missing, in order of time. */
    private boolean isPlain() {
        ByteBuffer block = packets.block();
        long first = block.getLong(offset + CellLayout.OP);
        long expected = first >>> CPU_SHIFT;
        long unlike = 0;
        long codes = 0;
        int ops = 0;
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
        lastTsNs = previousNs;
        loss.events((int) (first >>> Integer.SIZE), (end - offset) / CellLayout.CELL_SIZE);
        return true;
    }

    private void inspectEach() {
        int special = 0;
        int unknown = 0;
        boolean back = false;
        for (int at = offset; at < end; at += CellLayout.CELL_SIZE) {
            cell.at(at);
            int op = cell.op();
            long tsNs = cell.tsNs();
            loss.cell(cell, op);
            back |= tsNs < lastTsNs;
            lastTsNs = tsNs;
            special += op >= CtfLayout.LATE ? 1 : 0;
            unknown += CtfLayout.isKnown(op) ? 0 : 1;
        }
        mixed = special + unknown > 0;
        if (unknown > 0) {
            packets.damage(unknown + " events of unknown id");
        }
        if (back) {
            packets.damage("time goes back");
        }
    }

    @Override
    public void close() {
        packets.close();
    }
}
