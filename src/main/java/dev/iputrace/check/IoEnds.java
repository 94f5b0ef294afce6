package dev.iputrace.check;

import dev.iputrace.event.Flag;
import dev.iputrace.event.Op;
import dev.iputrace.model.InodeState;
import dev.iputrace.model.Rule;
import org.jspecify.annotations.Nullable;

/**
 * The io_end ledger: each init is followed by one free (R8), and the iput inside the free gives back what the igrab
 * inside the init took (R4). Hot path: once per io_end event; allocates nothing.
 */
final class IoEnds {
    /** An init is sent at its return with the time of its entry, so the free of the last user may sort behind it. */
    private static final long OVERLAP_NS = 1_000_000_000;

    private static final int FREES = 256;
    private static final int FREE_LONGS = 4;

    private final IoEndTable table;
    private final InodeTable inodes;
    private final Lives lives;
    private final Breach breach;
    private final long warmUpNs;

    /** The io_end freed last by each task (by low bits of tid): tid, io_end, inode, time of the init if unpinned. */
    private final long[] frees = new long[FREES * FREE_LONGS];

    private boolean full;
    private @Nullable String notProvable;
    private long firstNs = Long.MIN_VALUE;
    private long windowEntered;
    private long unpinnedFrees;
    private long unseenInits;
    private long unseenFrees;

    IoEnds(IoEndTable table, InodeTable inodes, Lives lives, Breach breach, long warmUpNs) {
        this.table = table;
        this.inodes = inodes;
        this.lives = lives;
        this.breach = breach;
        this.warmUpNs = warmUpNs;
    }

    void follow(Coverage coverage) {
        full = !coverage.guard() && coverage.attached(Op.IO_END_INIT) && coverage.attached(Op.IO_END_FREE);
        notProvable = coverage.unprovable(Rule.R8);
    }

    void init(Event event) {
        int inodeAt = lives.remember(event);
        long unpinned = (event.flags() & Flag.REFUSED) != 0 ? IoEndTable.UNPINNED : 0;
        windowEntered += event.ioEnd() != 0 && (event.flags() & Flag.FREEING) != 0 ? 1 : 0;
        init(event.ioEnd(), event.inode(), event.tsNs(), inodeAt, unpinned);
    }

    /** The inode is in the table; {@code unpinned}: {@link IoEndTable#UNPINNED} or 0. */
    void init(long ioEnd, long inode, long tsNs, int inodeAt, long unpinned) {
        startedAt(tsNs);
        if (ioEnd == 0) {
            return;
        }
        int at = table.obtain(ioEnd);
        long flags = IoEndTable.LIVE | unpinned;
        if (table.has(at, IoEndTable.LIVE)) {
            if (table.has(at, IoEndTable.OVERLAP)) {
                freeUnseen(at);
            }
            flags |= IoEndTable.OVERLAP;
        }
        long state = inodes.state(inodeAt);
        table.set(at, inode, tsNs, flags, InodeState.generation(state));
        inodes.state(inodeAt, InodeState.withIoEnds(state, InodeState.ioEnds(state) + 1));
    }

    /** Returns the inode that the io_end was initialised with, 0 when not known. */
    long free(long ioEnd, long tsNs, int tid) {
        startedAt(tsNs);
        int at = table.find(ioEnd);
        if (at == IoEndTable.ABSENT) {
            unknownFree(tsNs, ioEnd);
            return 0;
        }
        long inode = table.inode(at);
        if (!table.has(at, IoEndTable.LIVE)) {
            doubleFree(tsNs, at);
            return inode;
        }
        boolean unpinned = table.has(at, IoEndTable.UNPINNED);
        unpinnedFrees += unpinned ? 1 : 0;
        rememberFree(tid, ioEnd, inode, unpinned ? table.tsNs(at) : 0);
        unlink(inode, table.generation(at));
        if (table.has(at, IoEndTable.OVERLAP)) {
            if (tsNs - table.tsNs(at) < OVERLAP_NS) {
                long flags = IoEndTable.LIVE | IoEndTable.DOUBTED | (unpinned ? IoEndTable.UNPINNED : 0);
                table.set(at, inode, table.tsNs(at), flags, table.generation(at));
                return inode;
            }
            freeUnseen(at);
        }
        table.set(at, inode, tsNs, 0, table.generation(at));
        return inode;
    }

    /**
     * The io_end whose free the iput of this task is part of, 0 when it is not or was not seen. The put of an unpinned
     * one breaks R4 once more, where its own i_count and i_state look {@code innocent}: then a live inode loses a
     * reference.
     */
    long put(long inode, int tid, boolean innocent) {
        int at = (tid & (FREES - 1)) * FREE_LONGS;
        if (frees[at] != tid || frees[at + 2] != inode) {
            return 0;
        }
        long ioEnd = frees[at + 1];
        long initNs = frees[at + 3];
        frees[at + 2] = 0;
        if (innocent && initNs != 0) {
            breach.found(Rule.R4, initNs, notProvable);
        }
        return ioEnd;
    }

    /** As {@link #init} when the io_end was seen before and is free; else does nothing, and is false. */
    boolean initPlain(long ioEnd, long inode, long tsNs, int inodeAt) {
        int at = table.find(ioEnd);
        if (at == IoEndTable.ABSENT || ioEnd == 0 || !table.isFree(at)) {
            return false;
        }
        long state = inodes.state(inodeAt);
        table.begin(at, inode, tsNs, InodeState.generation(state));
        inodes.state(inodeAt, InodeState.withIoEnds(state, InodeState.ioEnds(state) + 1));
        return true;
    }

    /** As {@link #free} when the io_end is live and no more than that; else does nothing, and returns 0. */
    long freePlain(long ioEnd, long tsNs, int tid) {
        int at = table.find(ioEnd);
        if (at == IoEndTable.ABSENT || ioEnd == 0 || !table.isJustLive(at)) {
            return 0;
        }
        long inode = table.inode(at);
        rememberFree(tid, ioEnd, inode, 0);
        unlink(inode, table.generation(at));
        table.end(at, tsNs);
        return inode;
    }

    /** As {@link #put} of an innocent one that breaks no rule; else does nothing, and is false. */
    boolean putPlain(long inode, int tid) {
        int at = (tid & (FREES - 1)) * FREE_LONGS;
        if (frees[at] == tid && frees[at + 2] == inode) {
            if (frees[at + 3] != 0) {
                return false;
            }
            frees[at + 2] = 0;
        }
        return true;
    }

    private void unknownFree(long tsNs, long ioEnd) {
        if (!full) {
            return;
        }
        if (tsNs - firstNs < warmUpNs || table.evicted() > 0) {
            unseenInits++;
        } else {
            breach.found(Rule.R8, firstNs, "its init was not seen; it may be older than the observation");
        }
        table.set(table.obtain(ioEnd), 0, tsNs, 0, 0);
    }

    private void doubleFree(long tsNs, int at) {
        if (full) {
            breach.found(Rule.R8, table.tsNs(at), notProvable);
        }
        table.set(at, table.inode(at), tsNs, 0, table.generation(at));
    }

    private void freeUnseen(int at) {
        unseenFrees += full ? 1 : 0;
        if (full && notProvable == null) {
            breach.found(
                    Rule.R8, table.tsNs(at), "initialised again while live: it was freed in a way that is not probed");
        }
    }

    private void unlink(long inode, int generation) {
        int at = inodes.find(inode);
        if (at != InodeTable.ABSENT) {
            long state = inodes.state(at);
            int ioEnds = InodeState.ioEnds(state);
            if (ioEnds > 0 && InodeState.generation(state) == generation) {
                inodes.state(at, InodeState.withIoEnds(state, ioEnds - 1));
            }
        }
    }

    private void rememberFree(int tid, long ioEnd, long inode, long unpinnedSinceNs) {
        int at = (tid & (FREES - 1)) * FREE_LONGS;
        frees[at] = tid;
        frees[at + 1] = ioEnd;
        frees[at + 2] = inode;
        frees[at + 3] = unpinnedSinceNs;
    }

    private void startedAt(long tsNs) {
        if (firstNs == Long.MIN_VALUE) {
            firstNs = tsNs;
        }
    }

    long windowEntered() {
        return windowEntered;
    }

    long unpinnedFrees() {
        return unpinnedFrees;
    }

    long unseenInits() {
        return unseenInits;
    }

    long unseenFrees() {
        return unseenFrees;
    }
}
