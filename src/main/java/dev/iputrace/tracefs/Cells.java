package dev.iputrace.tracefs;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.Flag;
import dev.iputrace.event.Level;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.StateBits;
import dev.iputrace.tracefs.KernelFunctions.Function;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Turns trace events into cells: joins entry and return by task, and adds stack and task name to what is rare. The same
 * cells as those of the BPF programs (bpf/body.h). Hot path: one {@link #event} per trace event; allocates nothing but
 * for rare ones.
 */
final class Cells {
    private static final int MARKS = Flag.FREEING | Flag.WILL_FREE | Flag.CLEAR | Flag.REFUSED;

    private final StateBits stateBits;
    private final boolean full;
    private final int dev;
    /** Frees are only those of io_ends that were sent: they name no device. */
    private final @Nullable SentIoEnds sentIoEnds;

    private final TaskNames names;
    private @Nullable Function init;
    private @Nullable Function free;
    private final OpenCalls igrabs = new OpenCalls();
    private final OpenCalls inits = new OpenCalls();
    private final ByteBuffer buffer = ByteBuffer.allocate(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final CellWriter writer = new CellWriter(buffer);
    private final EventCell view = new EventCell(buffer);

    /** {@code dev}: the one s_dev that is watched; 0: all ext4. */
    Cells(StateBits stateBits, Level level, int dev, TaskNames names) {
        this.stateBits = stateBits;
        this.names = names;
        this.dev = dev;
        full = level == Level.FULL;
        sentIoEnds = full && dev == 0 ? null : new SentIoEnds();
    }

    /** Where ext4_init_io_end and ext4_free_io_end are, to know the puts and grabs inside. */
    void functions(@Nullable Function ofInit, @Nullable Function ofFree) {
        init = ofInit;
        free = ofFree;
    }

    /** Makes the cells of the head of this stream; returns how many. */
    int event(CpuStream stream, EventSink sink) {
        Decoder decoder = stream.decoder();
        if (decoder == null) {
            return 0;
        }
        return switch (decoder.point) {
            case IGRAB -> decoder.isReturn ? igrab(stream, decoder, sink) : enter(igrabs, stream, decoder, sink);
            case IO_END_INIT ->
                decoder.isReturn ? initialised(stream, decoder, sink) : enter(inits, stream, decoder, sink);
            case IO_END_FREE -> freed(stream, decoder, sink);
            case BIRTH -> born(stream, decoder, sink);
            case UMOUNT -> unmounted(stream, decoder, sink);
            default -> plain(stream, decoder, sink);
        };
    }

    private int enter(OpenCalls calls, CpuStream stream, Decoder decoder, EventSink sink) {
        ByteBuffer record = stream.record();
        long task = OpenCalls.task(stream.tid(), stream.cpu());
        long forgotten = calls.forgotten();
        OpenCalls.Call call = calls.enter(task, stream.headNs());
        call.fill(decoder, record, stateBits.flags(decoder.iState(record)));
        call.watched = full || watched(call, decoder.sMagic(record));
        if (!full || calls.forgotten() == forgotten) {
            return 0;
        }
        loss(LossStage.PROBE_MISSED, stream.cpu(), calls.forgotten() - forgotten, stream.headNs(), sink);
        return 1;
    }

    /** The kernel's filter has decided it but for igrab at level guard. */
    private boolean watched(OpenCalls.Call call, long sMagic) {
        return dev != 0 ? call.sDev == dev : sMagic == Probe.EXT4_SUPER_MAGIC;
    }

    private int igrab(CpuStream stream, Decoder decoder, EventSink sink) {
        long task = OpenCalls.task(stream.tid(), stream.cpu());
        OpenCalls.Call call = igrabs.leave(task);
        if (call == null || !call.watched) {
            return 0; // of a file system that is not watched
        }
        boolean refused = decoder.ret(stream.record()) == 0;
        long caller = decoder.caller(stream.record());
        int flags = call.flags | (refused ? Flag.REFUSED : 0);
        OpenCalls.Call around = inits.find(task);
        if (around != null && around.inode == call.inode) {
            flags |= Flag.IN_IO_END_INIT;
            around.refused |= refused;
        } else if (init != null && init.holds(caller)) {
            flags |= Flag.IN_IO_END_INIT;
        }
        begin(OpCode.IGRAB, flags, call, stream, caller);
        return send(stream, sink);
    }

    private int initialised(CpuStream stream, Decoder decoder, EventSink sink) {
        OpenCalls.Call call = inits.leave(OpenCalls.task(stream.tid(), stream.cpu()));
        if (call == null) {
            return 0;
        }
        long ioEnd = decoder.ret(stream.record());
        int flags = call.flags;
        if (call.refused) {
            flags |= Flag.REFUSED | (ioEnd != 0 ? Flag.BROKEN_RULE : 0); // R4: it went on without the reference
        }
        if (!full && (flags & MARKS) == 0) {
            return 0;
        }
        begin(OpCode.IO_END_INIT, flags, call, stream, decoder.caller(stream.record()))
                .ioEnd(ioEnd);
        int cells = send(stream, sink);
        if (sentIoEnds != null && ioEnd != 0 && !sentIoEnds.add(ioEnd)) {
            loss(LossStage.COLLECTOR_QUEUE, stream.cpu(), 1, stream.headNs(), sink);
            cells++;
        }
        return cells;
    }

    /** No rule of the kernel's filters is about it: it is never rare. */
    private int freed(CpuStream stream, Decoder decoder, EventSink sink) {
        long ioEnd = decoder.ioEnd(stream.record());
        if (sentIoEnds != null && !sentIoEnds.remove(ioEnd)) {
            return 0;
        }
        writer.begin(0, stream.headNs(), OpCode.IO_END_FREE, 0, stream.cpu(), 0)
                .ioEnd(ioEnd)
                .task(stream.tid(), decoder.caller(stream.record()));
        sink.cell(view);
        return 1;
    }

    private int born(CpuStream stream, Decoder decoder, EventSink sink) {
        ByteBuffer record = stream.record();
        writer.begin(0, stream.headNs(), OpCode.BIRTH, 0, stream.cpu(), 0)
                .inode(decoder.inode(record), 0, decoder.sDev(record))
                .task(stream.tid(), 0);
        return send(stream, sink);
    }

    private int unmounted(CpuStream stream, Decoder decoder, EventSink sink) {
        writer.begin(0, stream.headNs(), OpCode.UMOUNT, 0, stream.cpu(), 0)
                .inode(0, 0, decoder.sDev(stream.record()))
                .task(stream.tid(), 0);
        return send(stream, sink);
    }

    /** iput, evict, clear_inode, destroy_inode, ihold, iput_not_last: all is said at entry. */
    private int plain(CpuStream stream, Decoder decoder, EventSink sink) {
        ByteBuffer record = stream.record();
        int iState = decoder.iState(record);
        int flags = stateBits.flags(iState);
        if (decoder.unlinked(record)) {
            flags |= Flag.UNLINKED;
        }
        if (stream.isRare()) {
            flags |= Flag.BROKEN_RULE; // the kernel's filter has decided it
        }
        long caller = decoder.caller(record);
        if (decoder.point == Point.IPUT && free != null && free.holds(caller)) {
            flags |= Flag.IN_IO_END_FREE;
        }
        writer.begin(0, stream.headNs(), decoder.point.op().code(), flags, stream.cpu(), 0)
                .inode(decoder.inode(record), decoder.iIno(record), decoder.sDev(record))
                .state(decoder.iCount(record), iState)
                .task(stream.tid(), caller);
        return send(stream, sink);
    }

    private CellWriter begin(int op, int flags, OpenCalls.Call call, CpuStream stream, long caller) {
        return writer.begin(0, call.tsNs, op, flags, stream.cpu(), 0)
                .inode(call.inode, call.iIno, call.sDev)
                .state(call.iCount, call.iState)
                .task(stream.tid(), caller);
    }

    private int send(CpuStream stream, EventSink sink) {
        sink.cell(view);
        return stream.isRare() ? 1 + companions(stream, sink) : 1;
    }

    private int companions(CpuStream stream, EventSink sink) {
        long tsNs = view.tsNs();
        names.find(stream.tid());
        writer.begin(0, tsNs, OpCode.COMM, 0, stream.cpu(), 0).comm(names.comm(), names.tgid(), stream.tid());
        sink.cell(view);
        int cells = 1;
        int words = CellLayout.WORDS_PER_CELL;
        for (int index = 0; index * words < stream.stackDepth(); index++) {
            writer.begin(0, tsNs, OpCode.STACK, index, stream.cpu(), 0);
            for (int word = 0; word < words && index * words + word < stream.stackDepth(); word++) {
                writer.word(word, stream.stack()[index * words + word]);
            }
            sink.cell(view);
            cells++;
        }
        return cells;
    }

    void loss(LossStage stage, int cpu, long count, long tsNs, EventSink sink) {
        writer.begin(0, tsNs, OpCode.LOSS, stage.code(), cpu, 0).word(0, count);
        sink.cell(view);
    }

    void stat(int stat, long value, long tsNs, EventSink sink) {
        writer.begin(0, tsNs, OpCode.STAT, 0, 0, stat).word(0, value);
        sink.cell(view);
    }
}
