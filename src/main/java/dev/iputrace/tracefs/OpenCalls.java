package dev.iputrace.tracefs;

import dev.iputrace.event.Flag;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one function between entry and return, by task. Bounded: a set of tasks that is full forgets its oldest
 * call. A call that is forgotten without its return is counted: at level guard, where most returns are not sent, that
 * means nothing; at level full it is an event lost. Allocates nothing.
 */
final class OpenCalls {
    private static final int SETS = 2048;
    private static final int WAYS = 8;

    /** What the entry said. */
    static final class Call {
        boolean open;
        long task;
        long tsNs;
        long inode;
        long iIno;
        int sDev;
        int iCount;
        int iState;
        int flags;
        /** Of a file system that is watched. */
        boolean watched;
        /** The igrab inside returned NULL. */
        boolean refused;

        void fill(Decoder decoder, ByteBuffer record, int stateFlags) {
            inode = decoder.inode(record);
            iIno = decoder.iIno(record);
            sDev = decoder.sDev(record);
            iCount = decoder.iCount(record);
            iState = decoder.iState(record);
            flags = stateFlags | (decoder.unlinked(record) ? Flag.UNLINKED : 0);
            refused = false;
        }
    }

    private final Call[] calls = new Call[SETS * WAYS];
    private long forgotten;

    OpenCalls() {
        for (int i = 0; i < calls.length; i++) {
            calls[i] = new Call();
        }
    }

    /** The idle tasks all have tid 0: they are told apart by CPU. */
    static long task(int tid, int cpu) {
        return tid != 0 ? tid : (1L << 32) | cpu;
    }

    private static int set(long task) {
        return WAYS * (int) ((task * 0x9E3779B97F4A7C15L) >>> 53);
    }

    /** Opens a call of this task; the caller fills it in. */
    Call enter(long task, long tsNs) {
        int set = set(task);
        Call oldest = calls[set];
        for (int way = 0; way < WAYS; way++) {
            Call call = calls[set + way];
            if (call.task == task || !call.open) {
                oldest = call;
                break;
            }
            oldest = call.tsNs < oldest.tsNs ? call : oldest;
        }
        forgotten += oldest.open && oldest.task != task ? 1 : 0;
        for (int way = 0; way < WAYS; way++) {
            // A call of this task is over: its return was not sent, or read before its entry.
            Call call = calls[set + way];
            if (call.open && call.task == task) {
                call.open = false;
                forgotten++;
            }
        }
        oldest.open = true;
        oldest.task = task;
        oldest.tsNs = tsNs;
        return oldest;
    }

    /** Calls that were forgotten before their return came, since the start. */
    long forgotten() {
        return forgotten;
    }

    /** The open call of this task, or null. */
    @Nullable
    Call find(long task) {
        int set = set(task);
        for (int way = 0; way < WAYS; way++) {
            Call call = calls[set + way];
            if (call.open && call.task == task) {
                return call;
            }
        }
        return null;
    }

    /** Ends the open call of this task; null when its entry was not sent. */
    @Nullable
    Call leave(long task) {
        Call call = find(task);
        if (call != null) {
            call.open = false;
        }
        return call;
    }
}
