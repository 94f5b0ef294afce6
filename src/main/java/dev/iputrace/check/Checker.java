package dev.iputrace.check;

import dev.iputrace.event.EventRun;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.model.InodeState;
import dev.iputrace.model.Rule;
import dev.iputrace.model.StatelessRules;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges a stream of cells by the rules of the model. One thread; bounded memory; no clock of its own.
 *
 * <p>A finding is handed out when its stack and task are complete: at the next event of the kernel, or at
 * {@link #flush}. One that rests on earlier events waits while numbers are missing that may still come. With many
 * inodes, events are judged in batches, so call {@link #flush} whenever the source has nothing more for now.
 *
 * <p>Hot path: {@link #cell} runs once per kernel event; allocates nothing, except for findings and growing tables.
 */
public final class Checker implements EventSink {
    private static final int OPS = OpCode.FIRST_COMPANION;
    private static final int BATCH = 32;
    /** Above this size the table of inodes is not in a fast cache: then it pays to fetch the slots of a batch first. */
    private static final long BATCH_ABOVE_BYTES = 512 << 10;
    /** Cells of a run copied at once when nothing is to be fetched: so few that reading them overlaps with judging. */
    private static final int RUN_STEP = 8;

    final CheckerOptions options;
    final Accounting accounting;
    final InodeTable inodes;
    final IoEndTable ioEndTable;
    final Lives lives;
    final IoEnds ioEnds;
    final CallSites callSites = new CallSites();
    final Findings findings;
    final RareEvents rareEvents;
    final Leaks leaks;
    final long[] counts = new long[OPS];
    private final Breach breach = new Breach();
    private final RareLog rare = new RareLog();
    private final CellRing ring;
    private final Event event;
    private final @Nullable InOrder inOrder;
    /** By op: the stateless rules that can be judged with the fields this source sends. */
    private final int[] judged = new int[OPS];

    Provenance provenance;
    Coverage coverage;
    private boolean grabsJudged;
    private @Nullable String grabNotProvable;
    private int batch = 1;
    private boolean statsCame;
    /** Something is to be done before the next event: a finding is pending, or statistics have come. */
    private boolean attention;
    /** Bit op: an event of it has come. */
    private int opsMet;

    long firstNs;
    long lastNs = Long.MIN_VALUE;
    private long lookNs = Long.MIN_VALUE;
    long pins;
    long damaged;
    long unknownOps;
    boolean finished;

    public Checker(Provenance provenance, CheckerOptions options, Consumer<Finding> onFinding) {
        this.options = options;
        this.provenance = provenance;
        accounting = new Accounting(provenance.get("seq"));
        inodes = new InodeTable(options.inodesMax());
        ioEndTable = new IoEndTable(options.ioEndsMax());
        lives = new Lives(inodes, breach);
        ioEnds = new IoEnds(ioEndTable, inodes, lives, breach, options.ioEndLiveLimitNs());
        ring = new CellRing(Math.max(options.historyCells(), 2 * BATCH));
        event = new Event(ring);
        long jitterNs = provenance.jitterNs();
        inOrder = jitterNs > 0 ? new InOrder(jitterNs, this::take) : null;
        int historyMax = options.historyCells() == 0 ? 0 : Finding.HISTORY_MAX;
        coverage = new Coverage(provenance, accounting, counts);
        findings = new Findings(onFinding, accounting, rare, ring, historyMax, provenance.iputPanics(), coverage);
        rareEvents = new RareEvents(rare, breach, findings, lives);
        leaks = new Leaks(ioEndTable, inodes, lives, rare, ring, findings, options.ioEndLiveLimitNs());
        followFields();
        follow();
    }

    /** The source knows more about itself than before: a late attach, a self-check. */
    public void provenance(Provenance refined) {
        judge();
        provenance = refined;
        coverage = new Coverage(refined, accounting, counts);
        followFields();
        follow();
    }

    private void followFields() {
        for (Op op : Op.values()) {
            if (op.code() < OPS) {
                judged[op.code()] = coverage.judged(op, StatelessRules.ALL);
            }
        }
    }

    private void follow() {
        grabsJudged = coverage.unchecked(Rule.R6) == null;
        grabNotProvable = coverage.unprovable(Rule.R6);
        rareEvents.bpfRules = "1".equals(provenance.get("bpf_rules"));
        lives.follow(coverage);
        ioEnds.follow(coverage);
        leaks.follow(coverage);
        findings.follow(coverage);
    }

    @Override
    public void cell(EventView cell) {
        if (inOrder != null) {
            inOrder.cell(cell);
        } else {
            take(cell);
        }
    }

    private void take(EventView cell) {
        if (cell.op() >= OPS) {
            companion(cell);
            return;
        }
        ring.add(cell);
        if (ring.waiting() >= batch) {
            judge();
        }
    }

    @Override
    public void cells(EventRun run) {
        if (inOrder != null) {
            EventSink.super.cells(run);
            return;
        }
        judge();
        int at = 0;
        while (at < run.size()) {
            int count = Math.min(run.size() - at, batch > 1 ? batch : RUN_STEP);
            ring.add(run, at, count);
            int events = ring.waitingBelow(OPS);
            ring.takeBack(count - events);
            judge();
            at += events;
            if (events < count) {
                companion(run.at(at++));
            }
        }
    }

    /** Judges what was taken in. */
    private void judge() {
        int waiting = ring.waiting();
        if (batch > 1 && waiting > 1) {
            ring.warm(waiting, inodes, ioEndTable);
        }
        while (waiting > 0) {
            int ordinary = waiting > 1 ? ordinary(waiting) : 0;
            judgeOrdinary(ordinary);
            if (ordinary == 0) {
                judgeNext();
            }
            waiting -= Math.max(ordinary, 1);
        }
        batch = inodes.bytes() > BATCH_ABOVE_BYTES ? BATCH : 1;
    }

    /** Takes account at once of the first of the waiting events, as long as nothing is odd. Returns their number. */
    private int ordinary(int waiting) {
        int count = ring.ordinary(waiting, lastNs, opsMet);
        if (count == 0) {
            return 0;
        }
        long newestNs = ring.cells[ring.ahead(count - 1)];
        if (newestNs >= lookNs || !accounting.acceptAll(ring.cells[ring.ahead(0) + CellRing.HEAD], count, newestNs)) {
            return 0;
        }
        lastNs = newestNs;
        return count;
    }

    /** The first of the waiting events, which are accounted for. */
    private void judgeOrdinary(int count) {
        long[] cells = ring.cells;
        int at = ring.ahead(0);
        int done = 0;
        for (int i = 0; i < count; i++) {
            long head = cells[at + CellRing.HEAD];
            long devCount = cells[at + CellRing.DEV_COUNT];
            int op = CellRing.op(head);
            boolean harmless = CellRing.isPlain(head) && (CellRing.high(devCount) > 0 || op == OpCode.IGRAB);
            if (harmless
                    && op <= OpCode.IPUT
                    && !attention
                    && inodes.isAsKnown(
                            cells[at + CellRing.INODE], CellRing.low(devCount), cells[at + CellRing.I_INO])) {
                counts[op]++;
                callSites.count(cells[at + CellRing.CALLER], op == OpCode.IPUT ? CallSites.PUT : CallSites.GRABBED);
            } else {
                ring.judged(i - done);
                done = i + 1;
                judgeAccounted();
            }
            at = ring.after(at);
        }
        ring.judged(count - done);
    }

    private void judgeAccounted() {
        if (attention) {
            attend();
        }
        int at = ring.next();
        long head = ring.cells[at + CellRing.HEAD];
        counts[CellRing.op(head)]++;
        judge(at, CellRing.op(head), CellRing.flags(head));
    }

    private void judge(int at, int op, int flags) {
        event.moveTo(at);
        if (op <= OpCode.IPUT && event.inode() != 0) {
            grabOrPut(op, flags);
        } else {
            other(op, flags);
        }
    }

    private void judgeNext() {
        if (attention) {
            attend();
        }
        long[] cells = ring.cells;
        int at = ring.next();
        event.moveTo(at);
        long tsNs = cells[at];
        long head = cells[at + CellRing.HEAD];
        int op = CellRing.op(head);
        // Sent at their return with the time of their entry: what is missing before them may be younger than that.
        boolean sentLate = op == OpCode.IGRAB || op == OpCode.IO_END_INIT;
        long sentNs = sentLate ? Math.max(tsNs, lastNs + 1) : tsNs;
        if (!accounting.accept(CellRing.cpu(head), CellRing.seq(head), sentNs)) {
            event.inode(0);
            return;
        }
        if (counts[op]++ == 0) {
            metFirst(op, tsNs);
        }
        if (tsNs > lastNs) {
            lastNs = tsNs;
            if (tsNs >= lookNs) {
                look();
            }
        }
        judge(at, op, CellRing.flags(head));
    }

    /** Nearly all events are one of these two. */
    private void grabOrPut(int op, int flags) {
        lives.touch(event);
        long ioEnd = 0;
        int broken = 0;
        if (op == OpCode.IPUT) {
            callSites.count(event.caller(), CallSites.PUT);
            broken = StatelessRules.brokenByPut(flags, event.iCount()) & judged[op];
            ioEnd = (flags & Flag.IN_IO_END_FREE) != 0 ? ioEnds.put(event, broken == 0) : 0;
        } else {
            boolean refused = (flags & Flag.REFUSED) != 0;
            callSites.count(event.caller(), refused ? CallSites.REFUSED : CallSites.GRABBED);
            pins += (flags & Flag.IN_IO_END_INIT) != 0 ? 1 : 0;
            if (!refused && (flags & Flag.DYING) != 0 && grabsJudged) {
                breach.seen(Rule.R6, grabNotProvable);
            }
        }
        if ((flags & (Flag.REFUSED | Flag.BROKEN_RULE)) != 0 || broken != 0 || breach.any()) {
            attention |= rareEvents.add(event, op, flags, ioEnd, broken);
        }
    }

    private void other(int op, int flags) {
        boolean addressed = op == OpCode.IO_END_FREE ? event.ioEnd() != 0 : event.inode() != 0 || op == OpCode.UMOUNT;
        if (!addressed) {
            damaged++;
            return;
        }
        int broken = StatelessRules.broken(op, flags, event.iCount(), event.ioEnd()) & judged[op];
        switch (op) {
            case OpCode.IO_END_INIT -> ioEnds.init(event);
            case OpCode.IO_END_FREE -> event.inode(ioEnds.free(event));
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
            attention |= rareEvents.add(event, op, flags, event.ioEnd(), broken);
        }
    }

    private void companion(EventView cell) {
        judge();
        int op = cell.op();
        switch (op) {
            case OpCode.STACK, OpCode.COMM -> rare.companion(cell, op);
            case OpCode.LOSS -> accounting.loss(cell);
            case OpCode.STAT -> {
                accounting.stat(cell);
                statsCame = true;
                attention = true;
            }
            case OpCode.MARK -> {}
            default -> unknownOps++;
        }
    }

    private void attend() {
        attention = false;
        rareEvents.report();
        if (statsCame) {
            statsCame = false;
            follow();
            look();
        }
    }

    private void metFirst(int op, long tsNs) {
        opsMet |= 1 << op;
        if (lastNs == Long.MIN_VALUE) {
            firstNs = tsNs;
        }
        // An op that no provenance announced: with it, more can be judged.
        follow();
    }

    private void look() {
        lookNs = leaks.look(nowNs());
        if (findings.anyWaiting()) {
            findings.settle();
        }
    }

    /** Time passes without events too: where nothing moves any more, leaks show all the same. */
    private long nowNs() {
        return Math.max(0, Math.max(lastNs, accounting.quietNs()));
    }

    /** The source has nothing more for now: what has come is complete. */
    public void flush() {
        judge();
        if (attention) {
            attend();
        }
        if (findings.anyWaiting()) {
            findings.settle();
        }
    }

    /** What can be said so far. */
    public Summary summary() {
        flush();
        return Summaries.of(this);
    }

    /** The observation is over, the source's last statistics included: holes are losses now. */
    public Summary finish() {
        if (!finished) {
            if (inOrder != null) {
                inOrder.drain();
            }
            flush();
            accounting.finish();
            follow();
            leaks.finish(nowNs());
            findings.settle();
            finished = true;
        }
        return Summaries.of(this);
    }
}
