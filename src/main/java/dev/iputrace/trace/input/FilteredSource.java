package dev.iputrace.trace.input;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.trace.Progress;
import dev.iputrace.trace.SeqLoss;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A part of a trace. What is left out makes holes in {@code seq}, so loss is counted here, before, and told by LOSS
 * cells at the end.
 */
public final class FilteredSource implements EventSource, Progress {
    private static final int IO_ENDS_MAX = 1 << 20;

    private final EventSource source;
    private final Filter filter;
    private final boolean seqCounted;
    private final Map<Integer, SeqLoss> losses = new HashMap<>();
    private final Set<Long> ioEnds = new HashSet<>();
    /** Some event fits: only then an unmount is about what was looked at. */
    private boolean matched;

    private boolean taken;
    private boolean lossTold;
    private long lastTsNs;

    public FilteredSource(EventSource source, Filter filter) {
        this.source = source;
        this.filter = filter;
        this.seqCounted = !"none".equals(source.provenance().get("seq"));
    }

    @Override
    public Provenance provenance() {
        return source.provenance().with("seq", "none").with("filter", filter.text());
    }

    @Override
    public int drain(EventSink sink) {
        int count = source.drain(cell -> cell(cell, sink));
        if (count != END || lossTold) {
            return count;
        }
        lossTold = true;
        losses.forEach((cpu, loss) -> tellLoss(cpu, loss.lost(), sink));
        return 1;
    }

    private void tellLoss(int cpu, long lost, EventSink sink) {
        if (lost > 0) {
            ByteBuffer made = ByteBuffer.allocate(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
            new CellWriter(made)
                    .begin(0, lastTsNs, OpCode.LOSS, LossStage.IMPORT.code(), cpu, 0)
                    .word(0, lost);
            sink.cell(new EventCell(made));
        }
    }

    private void cell(EventView cell, EventSink sink) {
        int op = cell.op();
        if (op < OpCode.FIRST_COMPANION) {
            boolean inTime = filter.inTime(cell.tsNs());
            if (inTime && seqCounted) {
                loss(cell.cpu()).cell(cell, op);
                lastTsNs = cell.tsNs();
            }
            taken = inTime && (!filter.isSelective() || wants(cell, op));
        } else if (op != OpCode.STACK && op != OpCode.COMM) {
            // Statistics count events that are left out; loss and marks are of the whole.
            taken = op != OpCode.STAT && filter.inTime(cell.tsNs());
        }
        if (taken) {
            sink.cell(cell);
        }
    }

    private SeqLoss loss(int cpu) {
        return losses.computeIfAbsent(cpu, key -> SeqLoss.fromAnywhere());
    }

    /** An io_end's free knows only the io_end: it is wanted when its init was. */
    private boolean wants(EventView cell, int op) {
        if (op == OpCode.IO_END_FREE) {
            return ioEnds.remove(cell.ioEnd());
        }
        if (op == OpCode.UMOUNT) {
            return matched;
        }
        boolean wanted = filter.wants(cell.iIno(), cell.sDev());
        matched |= wanted;
        if (wanted && op == OpCode.IO_END_INIT && ioEnds.size() < IO_ENDS_MAX) {
            ioEnds.add(cell.ioEnd());
        }
        return wanted;
    }

    @Override
    public long bytesRead() {
        return Progress.of(source).bytesRead();
    }

    @Override
    public long bytesTotal() {
        return Progress.of(source).bytesTotal();
    }

    @Override
    public void stop() {
        source.stop();
    }

    @Override
    public void close() {
        source.close();
    }
}
