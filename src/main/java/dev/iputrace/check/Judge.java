package dev.iputrace.check;

import dev.iputrace.event.Flag;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.model.InodeState;
import dev.iputrace.model.Rule;
import dev.iputrace.model.StatelessRules;
import org.jspecify.annotations.Nullable;

/**
 * Judges events by the rules where they lie in the {@link CellRing}, and counts them. Whether they are all there is not
 * its business.
 *
 * <p>Hot path: {@link #inOrder}; allocates nothing.
 */
final class Judge {
    private static final int OPS = OpCode.FIRST_COMPANION;

    final InodeTable inodes;
    final IoEndTable ioEndTable;
    final Lives lives;
    final IoEnds ioEnds;
    final CallSites callSites = new CallSites();
    final RareEvents rareEvents;
    final Leaks leaks;
    /** By op. */
    final long[] counts;

    private final Breach breach = new Breach();
    private final CellRing ring;
    private final Event event;
    /** By op: the stateless rules that can be judged with the fields this source sends. */
    private final int[] stateless = new int[OPS];

    private boolean grabsJudged;
    private @Nullable String grabNotProvable;

    /** The event judged last broke a rule, which is to be told before the next is judged. */
    boolean toReport;

    long pins;
    long damaged;
    long unknownOps;

    /** {@code counts} by op, which whoever decides what can be judged looks at too. */
    Judge(CheckerOptions options, CellRing ring, RareLog rare, Findings findings, long[] counts) {
        this.ring = ring;
        this.counts = counts;
        event = new Event(ring);
        inodes = new InodeTable(options.inodesMax());
        ioEndTable = new IoEndTable(options.ioEndsMax());
        lives = new Lives(inodes, breach);
        ioEnds = new IoEnds(ioEndTable, inodes, lives, breach, options.ioEndLiveLimitNs());
        rareEvents = new RareEvents(rare, breach, findings, lives);
        leaks = new Leaks(ioEndTable, inodes, lives, rare, ring, findings, options.ioEndLiveLimitNs());
    }

    void follow(Coverage coverage) {
        grabsJudged = coverage.unchecked(Rule.R6) == null;
        grabNotProvable = coverage.unprovable(Rule.R6);
        lives.follow(coverage);
        ioEnds.follow(coverage);
        leaks.follow(coverage);
    }

    void followFields(Coverage coverage) {
        for (Op op : Op.values()) {
            if (op.code() < OPS) {
                stateless[op.code()] = coverage.judged(op, StatelessRules.ALL);
            }
        }
    }

    /** Tells what the event judged last broke. */
    void report() {
        toReport = false;
        rareEvents.report();
    }

    /**
     * Judges the first of the waiting events as long as they are what nearly all are: of one CPU, no number missing, in
     * order of time, of an op that was met before; and no further than the first that broke a rule. They still count
     * as waiting.
     *
     * @param waiting so many, which lie one behind the other
     * @param afterNs time of the event before
     * @return their number
     */
    int inOrder(int waiting, long afterNs) {
        long[] cells = ring.cells;
        int first = ring.ahead(0);
        int end = first + waiting * CellRing.LONGS;
        long numberOfFirst = CellRing.cpuAndSeq(cells[first + CellRing.HEAD]);
        long previousNs = afterNs;
        int at = first;
        while (at < end && !toReport) {
            long expected = numberOfFirst + (at - first) / CellRing.LONGS * CellRing.SEQ_STEP;
            int next = plain(at, end, expected, previousNs);
            if (next == at) {
                long head = cells[at + CellRing.HEAD];
                int op = CellRing.op(head);
                if (CellRing.cpuAndSeq(head) != expected || cells[at] <= previousNs || counts[op] == 0) {
                    break;
                }
                counts[op]++;
                judge(at, op, CellRing.flags(head));
                next += CellRing.LONGS;
            }
            previousNs = cells[next - CellRing.LONGS];
            at = next;
        }
        return (at - first) / CellRing.LONGS;
    }

    /**
     * As {@link #inOrder}, but only as long as there is nothing rare about the events. A loop without calls once it is
     * compiled, so that it keeps what it needs in registers.
     *
     * @return the place of the first that is not judged
     */
    private int plain(int first, int end, long firstExpected, long afterNs) {
        long[] cells = ring.cells;
        long expected = firstExpected;
        long previousNs = afterNs;
        int at = first;
        while (at < end) {
            long tsNs = cells[at];
            long head = cells[at + CellRing.HEAD];
            int op = CellRing.op(head);
            if (CellRing.cpuAndSeq(head) != expected || tsNs <= previousNs || counts[op] == 0) {
                break;
            }
            int kind = CellRing.kind(head);
            boolean done = kind <= OpCode.IPUT
                    ? used(cells, at, head)
                    : kind == OpCode.IO_END_INIT ? init(cells, at) : free(cells, at, kind);
            if (!done) {
                break;
            }
            counts[op]++;
            expected += CellRing.SEQ_STEP;
            previousNs = tsNs;
            at += CellRing.LONGS;
        }
        return at;
    }

    // Each of these does what judge does when there is nothing rare about the event; else nothing, and is false. They
    // are apart so that each is small enough to be compiled into the loop.

    private boolean used(long[] cells, int at, long head) {
        int op = CellRing.kind(head);
        long inode = cells[at + CellRing.INODE];
        long devCount = cells[at + CellRing.DEV_COUNT];
        boolean odd = op == 0 || CellRing.high(devCount) <= 0;
        if (odd || inodes.known(inode, CellRing.low(devCount), cells[at + CellRing.I_INO]) == InodeTable.OTHER) {
            return false;
        }
        if (CellRing.isInIoEnd(head)) {
            int tid = CellRing.high(cells[at + CellRing.STATE_TID]);
            int flags = CellRing.flags(head);
            if (op == OpCode.IGRAB) {
                pins += (flags & Flag.IN_IO_END_INIT) != 0 ? 1 : 0;
            } else if ((flags & Flag.IN_IO_END_FREE) != 0 && !ioEnds.putPlain(inode, tid)) {
                return false;
            }
        }
        callSites.count(cells[at + CellRing.CALLER], op);
        return true;
    }

    private boolean init(long[] cells, int at) {
        long inode = cells[at + CellRing.INODE];
        int sDev = CellRing.low(cells[at + CellRing.DEV_COUNT]);
        int inodeAt = inodes.known(inode, sDev, cells[at + CellRing.I_INO]);
        return inodeAt >= 0 && ioEnds.initPlain(cells[at + CellRing.IO_END], inode, cells[at], inodeAt);
    }

    private boolean free(long[] cells, int at, int kind) {
        if (kind != OpCode.IO_END_FREE) {
            return false;
        }
        int tid = CellRing.high(cells[at + CellRing.STATE_TID]);
        long inode = ioEnds.freePlain(cells[at + CellRing.IO_END], cells[at], tid);
        if (inode == 0) {
            return false;
        }
        cells[at + CellRing.INODE] = inode;
        return true;
    }

    /** Judges the event that lies here; it is counted already. */
    void judge(int at, int op, int flags) {
        event.moveTo(at);
        if (op <= OpCode.IPUT && event.inode() != 0) {
            grabOrPut(op, flags);
        } else {
            other(op, flags);
        }
    }

    /** Nearly all events are one of these two. */
    private void grabOrPut(int op, int flags) {
        lives.touch(event);
        long ioEnd = 0;
        int broken = 0;
        if (op == OpCode.IPUT) {
            callSites.count(event.caller(), CallSites.PUT);
            broken = StatelessRules.brokenByPut(flags, event.iCount()) & stateless[op];
            ioEnd = (flags & Flag.IN_IO_END_FREE) != 0 ? ioEnds.put(event.inode(), event.tid(), broken == 0) : 0;
        } else {
            boolean refused = (flags & Flag.REFUSED) != 0;
            callSites.count(event.caller(), refused ? CallSites.REFUSED : CallSites.GRABBED);
            pins += (flags & Flag.IN_IO_END_INIT) != 0 ? 1 : 0;
            if (!refused && (flags & Flag.DYING) != 0 && grabsJudged) {
                breach.seen(Rule.R6, grabNotProvable);
            }
        }
        if ((flags & (Flag.REFUSED | Flag.BROKEN_RULE)) != 0 || broken != 0 || breach.any()) {
            toReport |= rareEvents.add(event, op, flags, ioEnd, broken);
        }
    }

    private void other(int op, int flags) {
        boolean addressed = op == OpCode.IO_END_FREE ? event.ioEnd() != 0 : event.inode() != 0 || op == OpCode.UMOUNT;
        if (!addressed) {
            damaged++;
            return;
        }
        int broken = StatelessRules.broken(op, flags, event.iCount(), event.ioEnd()) & stateless[op];
        switch (op) {
            case OpCode.IO_END_INIT -> ioEnds.init(event);
            case OpCode.IO_END_FREE -> event.inode(ioEnds.free(event.ioEnd(), event.tsNs(), event.tid()));
            case OpCode.BIRTH -> lives.birth(event);
            case OpCode.EVICT -> lives.dying(event, InodeState.DYING);
            case OpCode.CLEAR -> lives.dying(event, InodeState.CLEARED);
            case OpCode.DEATH -> {
                if (lives.death(event) > 0) {
                    leaks.died(event.inode(), event.tsNs());
                }
            }
            case OpCode.IHOLD, OpCode.IPUT_NOT_LAST -> {
                lives.touch(event);
                callSites.count(event.caller(), op == OpCode.IHOLD ? CallSites.GRABBED : CallSites.PUT);
            }
            case OpCode.UMOUNT -> leaks.umount(event);
            default -> unknownOps++;
        }
        boolean windowHit = op == OpCode.IO_END_INIT && (flags & Flag.DYING) != 0;
        if (windowHit || (flags & (Flag.REFUSED | Flag.BROKEN_RULE)) != 0 || broken != 0 || breach.any()) {
            toReport |= rareEvents.add(event, op, flags, event.ioEnd(), broken);
        }
    }
}
