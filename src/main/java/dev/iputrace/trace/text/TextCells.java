package dev.iputrace.trace.text;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.Flag;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.StateBits;
import dev.iputrace.trace.text.OpenCalls.OpenCall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns parsed lines into cells: joins entry and return, drops what has no inode, and gives a field that the trace
 * lacks the value that breaks no rule. Hot path: one {@link #event} per line; allocates nothing.
 */
final class TextCells {
    private final StateBits stateBits;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final EventCell cell = new EventCell(buffer);
    private final CellWriter writer = new CellWriter(buffer);
    private final OpenCalls igrabs = new OpenCalls();
    private final OpenCalls inits = new OpenCalls();

    private long events;
    private long nullInodes;
    private long incomplete;

    TextCells(StateBits stateBits) {
        this.stateBits = stateBits;
    }

    /** Cells made, of kernel events. */
    long events() {
        return events;
    }

    long nullInodes() {
        return nullInodes;
    }

    /** Events without the address that says whose they are. */
    long incomplete() {
        return incomplete;
    }

    void event(EventKind kind, LineHead head, Location location, Arguments arguments, EventSink sink) {
        boolean isReturn = kind.isReturn || arguments.has(Field.PROBE_RET_IP);
        Call call = kind.call;
        if (call.isJoined()) {
            joined(call, isReturn, head, location, arguments, sink);
        } else if (call == Call.IO_END_FREE) {
            if (!isReturn) {
                free(head, arguments, sink);
            }
        } else if (call == Call.UMOUNT) {
            begin(OpCode.UMOUNT, 0, head.tsNs, head).inode(0, 0, (int) arguments.get(Field.S_DEV));
            send(sink);
        } else if (!isReturn || call == Call.BIRTH) {
            plain(call, head, arguments, sink);
        }
    }

    private void plain(Call call, LineHead head, Arguments arguments, EventSink sink) {
        if (lacksInode(arguments)) {
            return;
        }
        int flags = flags(arguments);
        int op = opCode(call);
        begin(op, flags, head.tsNs, head)
                .inode(arguments.get(Field.INODE), arguments.get(Field.I_INO), (int) arguments.get(Field.S_DEV))
                .state(iCount(op, arguments), (int) arguments.get(Field.I_STATE))
                .task(head.tid, arguments.get(Field.CALLER));
        send(sink);
    }

    private static int opCode(Call call) {
        var op = call.op();
        return op == null ? 0 : op.code();
    }

    /** Where it is not known, one that no rule objects to. */
    private static int iCount(int op, Arguments arguments) {
        if (arguments.has(Field.I_COUNT)) {
            return (int) arguments.get(Field.I_COUNT);
        }
        return op == OpCode.EVICT || op == OpCode.CLEAR || op == OpCode.DEATH ? 0 : 1;
    }

    private boolean lacksInode(Arguments arguments) {
        if (!arguments.has(Field.INODE)) {
            incomplete++;
            return true;
        }
        if (arguments.get(Field.INODE) == 0) {
            // iput(NULL) is common, and what its other fields hold is garbage.
            nullInodes++;
            return true;
        }
        return false;
    }

    private int flags(Arguments arguments) {
        int flags = arguments.has(Field.I_STATE) ? stateBits.flags((int) arguments.get(Field.I_STATE)) : 0;
        boolean unlinked = arguments.has(Field.I_NLINK) && arguments.get(Field.I_NLINK) == 0;
        return unlinked ? flags | Flag.UNLINKED : flags;
    }

    private void free(LineHead head, Arguments arguments, EventSink sink) {
        if (!arguments.has(Field.IO_END) || arguments.get(Field.IO_END) == 0) {
            incomplete++;
            return;
        }
        begin(OpCode.IO_END_FREE, 0, head.tsNs, head)
                .ioEnd(arguments.get(Field.IO_END))
                .inode(0, 0, (int) arguments.get(Field.S_DEV))
                .task(head.tid, arguments.get(Field.CALLER));
        send(sink);
    }

    private void joined(
            Call call, boolean isReturn, LineHead head, Location location, Arguments arguments, EventSink sink) {
        OpenCalls calls = call == Call.IGRAB ? igrabs : inits;
        long task = OpenCalls.task(head.tid, head.cpu);
        if (!isReturn) {
            if (lacksInode(arguments)) {
                return;
            }
            OpenCall open = calls.enter(task);
            fill(open, task, head, arguments);
            if (!arguments.has(call == Call.IGRAB ? Field.RET : Field.IO_END)) {
                return;
            }
        }
        OpenCall open = calls.leave(task);
        if (open == null) {
            return;
        }
        if (call == Call.IGRAB) {
            igrab(open, head, location, arguments, sink);
        } else {
            init(open, head, location, arguments, sink);
        }
    }

    private void fill(OpenCall open, long task, LineHead head, Arguments arguments) {
        open.open = true;
        open.task = task;
        open.tsNs = head.tsNs;
        open.inode = arguments.get(Field.INODE);
        open.iIno = arguments.get(Field.I_INO);
        open.sDev = (int) arguments.get(Field.S_DEV);
        open.iCount = iCount(OpCode.IGRAB, arguments);
        open.iState = (int) arguments.get(Field.I_STATE);
        open.flags = flags(arguments);
        open.refused = false;
    }

    private void igrab(OpenCall open, LineHead head, Location location, Arguments arguments, EventSink sink) {
        if (!arguments.has(Field.RET)) {
            incomplete++;
            return;
        }
        OpenCall init = inits.find(OpenCalls.task(head.tid, head.cpu));
        int flags = open.flags;
        if (init != null || location.inInit) {
            flags |= Flag.IN_IO_END_INIT;
        }
        if (arguments.get(Field.RET) == 0) {
            flags |= Flag.REFUSED;
            if (init != null && init.inode == open.inode) {
                init.refused = true;
            }
        }
        write(OpCode.IGRAB, flags, open, head, location.caller);
        send(sink);
    }

    private void init(OpenCall open, LineHead head, Location location, Arguments arguments, EventSink sink) {
        Field field = arguments.has(Field.IO_END) ? Field.IO_END : Field.RET;
        if (!arguments.has(field)) {
            incomplete++;
            return;
        }
        long ioEnd = arguments.get(field);
        if (ioEnd == 0) {
            return;
        }
        write(OpCode.IO_END_INIT, open.refused ? open.flags | Flag.REFUSED : open.flags, open, head, location.caller)
                .ioEnd(ioEnd);
        send(sink);
    }

    private CellWriter write(int op, int flags, OpenCall open, LineHead head, long caller) {
        return begin(op, flags, open.tsNs, head)
                .inode(open.inode, open.iIno, open.sDev)
                .state(open.iCount, open.iState)
                .task(head.tid, caller);
    }

    private CellWriter begin(int op, int flags, long tsNs, LineHead head) {
        return writer.begin(0, tsNs, op, flags, head.cpu, 0);
    }

    private void send(EventSink sink) {
        events++;
        sink.cell(cell.at(0));
    }

    /** Calls of which entry or return was missed, since the last time. */
    long takeUnpaired() {
        return igrabs.takeUnpaired() + inits.takeUnpaired();
    }

    void loss(LossStage stage, long count, int cpu, long tsNs, EventSink sink) {
        writer.begin(0, tsNs, OpCode.LOSS, stage.code(), cpu, 0).word(0, Math.max(count, 1));
        sink.cell(cell.at(0));
    }

    /** Nothing behind this line can be relied on to be all, or in order. */
    void lossToTheEnd(LineHead head, EventSink sink) {
        begin(OpCode.LOSS, LossStage.IMPORT.code(), head.tsNs, head).word(0, 1).word(1, LossStage.TO_THE_END);
        sink.cell(cell.at(0));
    }

    void mark(byte[] line, int from, int end, LineHead head, EventSink sink) {
        begin(OpCode.MARK, 0, head.tsNs, head);
        int length = Math.min(end - from, 8 * CellLayout.WORDS_PER_CELL - 1);
        for (int i = 0; i < length; i++) {
            buffer.put(CellLayout.WORDS + i, line[from + i]);
        }
        sink.cell(cell.at(0));
    }

    /** Return addresses as perf script -g prints them below an event: of the event sent last. */
    void stack(long[] addresses, int count, EventSink sink) {
        cell.at(0);
        long tsNs = cell.tsNs();
        int cpu = cell.cpu();
        for (int index = 0; index * CellLayout.WORDS_PER_CELL < count; index++) {
            writer.begin(0, tsNs, OpCode.STACK, index, cpu, 0);
            for (int word = 0; word < CellLayout.WORDS_PER_CELL; word++) {
                int at = index * CellLayout.WORDS_PER_CELL + word;
                writer.word(word, at < count ? addresses[at] : 0);
            }
            sink.cell(cell.at(0));
        }
    }
}
