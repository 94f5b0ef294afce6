package dev.iputrace.trace.text;

import org.jspecify.annotations.Nullable;

/**
 * Calls of one function between their entry and their return, by task. Bounded: tasks that meet in a slot push each
 * other out, which is told as a call whose return was missed. Allocates a slot once.
 */
final class OpenCalls {
    private static final int SLOTS = 8192;

    /** What the entry said. */
    static final class OpenCall {
        boolean open;
        long task;
        long tsNs;
        long inode;
        long iIno;
        int sDev;
        int iCount;
        int iState;
        int flags;
        /** The igrab inside returned NULL. */
        boolean refused;
    }

    private final @Nullable OpenCall[] slots = new @Nullable OpenCall[SLOTS];
    private long entries;
    private long returns;
    private long unpaired;

    /** The idle tasks all have tid 0: they are told apart by CPU. */
    static long task(int tid, int cpu) {
        return tid != 0 ? tid : (1L << 32) | cpu;
    }

    private static int slot(long task) {
        return (int) ((task * 0x9E3779B97F4A7C15L) >>> 51);
    }

    /** The slot to fill in. */
    OpenCall enter(long task) {
        OpenCall call = slots[slot(task)];
        if (call == null) {
            call = new OpenCall();
            slots[slot(task)] = call;
        }
        entries++;
        unpaired += call.open && returns > 0 ? 1 : 0;
        return call;
    }

    /** Ends the open call of this task; null when its entry was not seen. */
    @Nullable
    OpenCall leave(long task) {
        OpenCall call = find(task);
        returns++;
        if (call == null) {
            unpaired += entries > 0 ? 1 : 0;
            return null;
        }
        call.open = false;
        return call;
    }

    /** Calls of which one half is missing, since the last time. A trace that never has the other half misses none. */
    long takeUnpaired() {
        long count = unpaired;
        unpaired = 0;
        return count;
    }

    /** The open call of this task, or null. */
    @Nullable
    OpenCall find(long task) {
        OpenCall call = slots[slot(task)];
        return call != null && call.open && call.task == task ? call : null;
    }
}
