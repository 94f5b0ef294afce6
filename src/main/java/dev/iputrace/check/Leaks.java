package dev.iputrace.check;

import dev.iputrace.event.Flag;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.model.InodeState;
import dev.iputrace.model.Rule;
import java.util.List;

/** What shows only by time passing: io_ends live for too long (R8), after their inode (R9), leaked references (R10). */
final class Leaks {
    /** kernel-facts: kjournald2 and reclaim may hold an io_end a little longer than its inode lives. */
    private static final long OUTLIVE_NS = 100_000_000;

    /** So long an unmount may take to write everything back before inodes left over are suspicious. */
    private static final long UMOUNT_NS = 120_000_000_000L;

    /** So long at least it must have had when the observation ends. */
    private static final long UMOUNT_MIN_NS = 1_000_000_000;

    private static final int DEATHS_MAX = 256;
    private static final int UMOUNTS_MAX = 64;
    private static final int LEAKS_PER_UMOUNT = 32;

    private final IoEndTable ioEnds;
    private final InodeTable inodes;
    private final Lives lives;
    private final RareLog rare;
    private final CellRing ring;
    private final Findings findings;
    private final long liveLimitNs;

    /** Deaths with io_ends live, a queue: inode and time. */
    private final long[] deathInode = new long[DEATHS_MAX];

    private final long[] deathNs = new long[DEATHS_MAX];
    private int deaths;

    private final int[] umountDev = new int[UMOUNTS_MAX];
    private final long[] umountNs = new long[UMOUNTS_MAX];
    private int umounts;

    private long nextSweepNs = Long.MIN_VALUE;
    private boolean full;
    private boolean evictsSeen;
    private long forgotten;

    Leaks(
            IoEndTable ioEnds,
            InodeTable inodes,
            Lives lives,
            RareLog rare,
            CellRing ring,
            Findings findings,
            long liveLimitNs) {
        this.ioEnds = ioEnds;
        this.inodes = inodes;
        this.lives = lives;
        this.rare = rare;
        this.ring = ring;
        this.findings = findings;
        this.liveLimitNs = liveLimitNs;
    }

    void follow(Coverage coverage) {
        full = !coverage.guard() && coverage.attached(Op.IO_END_FREE);
        evictsSeen = !coverage.guard() && coverage.attached(Op.EVICT);
    }

    /** An inode died although io_ends of it are live. */
    void died(long inode, long tsNs) {
        if (!full) {
            return;
        }
        if (deaths == DEATHS_MAX) {
            forgotten++;
            return;
        }
        deathInode[deaths] = inode;
        deathNs[deaths++] = tsNs;
    }

    void umount(Event event) {
        if (umounts < UMOUNTS_MAX) {
            umountDev[umounts] = event.sDev();
            umountNs[umounts++] = event.tsNs();
        } else {
            forgotten++;
        }
    }

    /** Called with the time of events, which may step back a little; returns when to call again. */
    long look(long nowNs) {
        int due = 0;
        while (due < deaths && nowNs - deathNs[due] >= OUTLIVE_NS) {
            outlived(deathInode[due], deathNs[due], nowNs);
            due++;
        }
        deaths -= due;
        System.arraycopy(deathInode, due, deathInode, 0, deaths);
        System.arraycopy(deathNs, due, deathNs, 0, deaths);
        while (umounts > 0 && nowNs - umountNs[0] >= UMOUNT_NS) {
            unmounted(nowNs);
        }
        if (nowNs >= nextSweepNs) {
            stuck(nowNs);
            nextSweepNs = nowNs + liveLimitNs / 4;
        }
        return Math.min(nowNs + OUTLIVE_NS / 2, nextSweepNs);
    }

    void finish(long nowNs) {
        look(nowNs);
        stuck(nowNs);
        while (umounts > 0 && nowNs - umountNs[0] >= UMOUNT_MIN_NS) {
            unmounted(nowNs);
        }
        forgotten += umounts;
    }

    private void stuck(long nowNs) {
        for (int at = 0; full && at < ioEnds.end(); at += IoEndTable.SLOT_LONGS) {
            boolean live =
                    ioEnds.ioEnd(at) != 0 && ioEnds.has(at, IoEndTable.LIVE) && !ioEnds.has(at, IoEndTable.REPORTED);
            if (live && nowNs - ioEnds.tsNs(at) >= liveLimitNs) {
                ioEnds.flag(at, IoEndTable.REPORTED);
                String why =
                        "live for " + (nowNs - ioEnds.tsNs(at)) / 1_000_000_000 + " s: leaked, or its I/O is stuck";
                findings.overdue(Rule.R8, init(at), ioEnds.generation(at), sinceNs(at), nowNs, why);
            }
        }
    }

    private void outlived(long inode, long diedNs, long nowNs) {
        for (int at = 0; at < ioEnds.end(); at += IoEndTable.SLOT_LONGS) {
            boolean its = ioEnds.inode(at) == inode && ioEnds.has(at, IoEndTable.LIVE) && ioEnds.tsNs(at) < diedNs;
            if (its && !ioEnds.has(at, IoEndTable.REPORTED)) {
                ioEnds.flag(at, IoEndTable.REPORTED);
                String why = "live " + (nowNs - diedNs) / 1_000_000 + " ms after the death of its inode";
                findings.overdue(Rule.R9, init(at), ioEnds.generation(at), sinceNs(at), nowNs, why);
            }
        }
    }

    /** Since when a lost event may explain that this io_end seems to be live. */
    private long sinceNs(int at) {
        return ioEnds.has(at, IoEndTable.DOUBTED) ? 0 : ioEnds.tsNs(at);
    }

    /** The oldest unmount is over: inodes of its device that were born and never evicted are held by somebody. */
    private void unmounted(long nowNs) {
        int dev = lives.known(umountDev[0]);
        int reported = 0;
        for (int at = 0; dev != 0 && evictsSeen && at < inodes.end(); at += InodeTable.SLOT_LONGS) {
            long state = inodes.state(at);
            boolean left = inodes.inode(at) != 0
                    && InodeState.phase(state) == InodeState.ALIVE
                    && InodeState.dev(state) == dev
                    && InodeState.unitsSince(state, umountNs[0]) >= 0;
            forgotten += left && reported >= LEAKS_PER_UMOUNT ? 1 : 0;
            if (left && reported++ < LEAKS_PER_UMOUNT) {
                Evidence last = last(inodes.inode(at), umountDev[0], umountNs[0]);
                String why = "not evicted by the unmount: a reference is still held";
                findings.overdue(
                        Rule.R10,
                        last,
                        InodeState.generation(state),
                        InodeState.phaseBeganNs(state, nowNs),
                        nowNs,
                        why);
            }
        }
        umounts--;
        System.arraycopy(umountDev, 1, umountDev, 0, umounts);
        System.arraycopy(umountNs, 1, umountNs, 0, umounts);
    }

    /** The init of a live io_end as it was sent, or what the ledger knows of it. */
    private Evidence init(int at) {
        long id = rare.init(ioEnds.ioEnd(at), rare.end());
        if (id != RareLog.NONE && rare.tsNs(id) == ioEnds.tsNs(at)) {
            return rare.evidence(id);
        }
        long inode = ioEnds.inode(at);
        for (Seen seen : ring.history(inode, Integer.MAX_VALUE)) {
            if (seen.op() == OpCode.IO_END_INIT && seen.ioEnd() == ioEnds.ioEnd(at) && seen.tsNs() == ioEnds.tsNs(at)) {
                return new Evidence(seen, null, 0, CallStack.EMPTY);
            }
        }
        int flags = ioEnds.has(at, IoEndTable.UNPINNED) ? Flag.REFUSED : 0;
        return new Evidence(
                new Seen(ioEnds.tsNs(at), OpCode.IO_END_INIT, flags, 0, 0, inode, ioEnds.ioEnd(at), 0, 0, 0, 0, 0, 0),
                null,
                0,
                CallStack.EMPTY);
    }

    /** The last event of an inode, or the unmount where that is forgotten. */
    private Evidence last(long inode, int sDev, long tsNs) {
        List<Seen> seen = ring.history(inode, 1);
        Seen last =
                seen.isEmpty() ? new Seen(tsNs, OpCode.UMOUNT, 0, 0, 0, inode, 0, 0, 0, sDev, 0, 0, 0) : seen.get(0);
        return new Evidence(last, null, 0, CallStack.EMPTY);
    }

    /** Deaths, unmounts and leaks not told because there were too many at once, or because the end came too soon. */
    long forgotten() {
        return forgotten;
    }
}
