package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
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
    private final PacketReader packets;
    private final SeqLoss loss;
    private final EventCell cell;
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
        EventCell view = cell;
        int stop = end;
        int first = offset;
        int at = first;
        do {
            sink.cell(view.at(at));
            at += CellLayout.CELL_SIZE;
        } while (at < stop && block.getLong(at) <= limitNs);
        offset = at;
        return (at - first) / CellLayout.CELL_SIZE;
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
        packets.checkTimes(tsNs(), lastTsNs);
    }

    @Override
    public void close() {
        packets.close();
    }
}
