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

    /** Above this size the table of inodes is not in a fast cache: then it pays to fetch the slots of a batch first. */
    private static final long BATCH_ABOVE_BYTES = 512 << 10;

    private static final int BATCH = 32;

    final CheckerOptions options;
    final Accounting accounting;
    final InodeTable inodes;
    final IoEndTable ioEndTable;
    final Lives lives;
    final IoEnds ioEnds;
    final CallSites callSites = new CallSites();
    final Findings findings;
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
    private boolean bpfRules;
    private @Nullable String grabNotProvable;

    private int batch = 1;
    /** Something is to be done before the next event: a finding is pending, or statistics have come. */
    private boolean attention;

    private boolean statsCame;
    private boolean pending;
    private long pendingId;
    private int pendingGeneration;
    private long pendingIoEnd;

    long firstNs;
    long lastNs = Long.MIN_VALUE;
    private long lookNs = Long.MIN_VALUE;
    long igrabRefused;
    long badPuts;
    long pins;
    long disagreements;
    long damaged;
    long unknownOps;
    boolean finished;
    /** Keeps the fetches of a batch from being optimised away. */
    long warmed;

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
        bpfRules = "1".equals(provenance.get("bpf_rules"));
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
        judge();
        int at = 0;
        while (at < run.size()) {
            int count = Math.min(run.size() - at, BATCH);
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
        if (waiting > 1 && batch > 1) {
            long sum = 0;
            for (int i = 0; i < waiting; i++) {
                sum += inodes.warm(ring.cells[ring.ahead(i) + CellRing.INODE]);
            }
            warmed += sum;
        }
        for (int i = 0; i < waiting; i++) {
            judgeNext();
        }
        batch = inodes.bytes() > BATCH_ABOVE_BYTES ? BATCH : 1;
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
            metFirst(tsNs);
        }
        if (tsNs > lastNs) {
            lastNs = tsNs;
            if (tsNs >= lookNs) {
                look();
            }
        }
        int flags = CellRing.flags(head);
        if (op <= OpCode.IPUT && cells[at + CellRing.INODE] != 0) {
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
            rare(op, flags, ioEnd, broken);
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
            case OpCode.IHOLD -> {
                lives.touch(event);
                callSites.count(event.caller(), CallSites.GRABBED);
            }
            case OpCode.IPUT_NOT_LAST -> {
                lives.touch(event);
                callSites.count(event.caller(), CallSites.PUT);
            }
            case OpCode.UMOUNT -> leaks.umount(event);
            default -> unknownOps++;
        }
        boolean windowHit = op == OpCode.IO_END_INIT && (flags & Flag.DYING) != 0;
        if (windowHit || (flags & (Flag.REFUSED | Flag.BROKEN_RULE)) != 0 || broken != 0 || breach.any()) {
            rare(op, flags, event.ioEnd(), broken);
        }
    }

    /** Events that come with stack and task, or that explain later findings. */
    private void rare(int op, int flags, long ioEnd, int broken) {
        if (bpfRules && broken != 0 != ((flags & Flag.BROKEN_RULE) != 0)) {
            disagreements++;
        }
        igrabRefused += op == OpCode.IGRAB && (flags & Flag.REFUSED) != 0 ? 1 : 0;
        badPuts += op == OpCode.IPUT && (broken & (StatelessRules.R1 | StatelessRules.R2)) != 0 ? 1 : 0;
        pendingGeneration = generation();
        pendingId = rare.add(event, pendingGeneration);
        pendingIoEnd = ioEnd;
        breach.stateless(broken);
        pending = breach.any();
        attention |= pending;
    }

    /** The life that the event belongs to; from here on this inode is followed. */
    private int generation() {
        if (event.inode() == 0) {
            return 0;
        }
        int at = inodes.find(event.inode());
        return lives.generation(at == InodeTable.ABSENT ? lives.remember(event) : at);
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
        if (pending) {
            pending = false;
            findings.report(breach, pendingId, pendingGeneration, pendingIoEnd);
            breach.clear();
        }
        if (statsCame) {
            statsCame = false;
            follow();
            look();
        }
    }

    private void metFirst(long tsNs) {
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
