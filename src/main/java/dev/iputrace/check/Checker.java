package dev.iputrace.check;

import dev.iputrace.event.EventRun;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
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
    private static final int BATCH = 64;
    /** Above this size the table of inodes is not in a fast cache: then it pays to fetch the slots of a batch first. */
    private static final long BATCH_ABOVE_BYTES = 4 << 20;
    /** Cells of a run copied at once when nothing is to be fetched: so few that reading them overlaps with judging. */
    private static final int RUN_STEP = 8;

    final CheckerOptions options;
    final Accounting accounting;
    final Judge judge;
    final Findings findings;
    /** By op; those of companions stay 0. */
    final long[] counts = new long[1 << Byte.SIZE];

    private final RareLog rare = new RareLog();
    private final CellRing ring;
    private final @Nullable InOrder inOrder;

    Provenance provenance;
    Coverage coverage;
    private int batch = 1;
    private boolean statsCame;

    long firstNs;
    long lastNs = Long.MIN_VALUE;
    private long lookNs = Long.MIN_VALUE;
    long unknownCells;
    boolean finished;

    public Checker(Provenance provenance, CheckerOptions options, Consumer<Finding> onFinding) {
        this.options = options;
        this.provenance = provenance;
        accounting = new Accounting(provenance.get("seq"));
        ring = new CellRing(Math.max(options.historyCells(), 2 * BATCH));
        long jitterNs = provenance.jitterNs();
        inOrder = jitterNs > 0 ? new InOrder(jitterNs, this::take) : null;
        int historyMax = options.historyCells() == 0 ? 0 : Finding.HISTORY_MAX;
        coverage = new Coverage(provenance, accounting, counts);
        findings = new Findings(onFinding, accounting, rare, ring, historyMax, provenance.iputPanics(), coverage);
        judge = new Judge(options, ring, rare, findings, counts);
        judge.followFields(coverage);
        follow();
    }

    /** The source knows more about itself than before: a late attach, a self-check. */
    public void provenance(Provenance refined) {
        judge();
        provenance = refined;
        coverage = new Coverage(refined, accounting, counts);
        judge.followFields(coverage);
        follow();
    }

    private void follow() {
        judge.follow(coverage);
        judge.rareEvents.bpfRules = "1".equals(provenance.get("bpf_rules"));
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
            at += judge();
            if (ring.waiting() > 0) {
                ring.takeBack(ring.waiting());
                companion(run.at(at++));
            }
        }
    }

    /** Judges what was taken in, up to the first cell that is no event. Returns the number of events. */
    private int judge() {
        int waiting = ring.waiting();
        if (batch > 1 && waiting > 1) {
            ring.warm(waiting, judge.inodes, judge.ioEndTable);
        }
        int left = waiting;
        while (left > 0 && CellRing.op(ring.head(0)) < OPS) {
            attend();
            int ordinary = ordinary(ring.contiguous());
            if (ordinary == 0) {
                judgeNext();
            }
            left -= Math.max(ordinary, 1);
        }
        batch = judge.inodes.bytes() > BATCH_ABOVE_BYTES ? BATCH : 1;
        return waiting - left;
    }

    /** Judges the first of the waiting events, as long as nothing is odd. Returns their number. */
    private int ordinary(int waiting) {
        long head = ring.head(0);
        if (ring.tsNs(waiting - 1) >= lookNs || !accounting.isNext(head)) {
            return 0;
        }
        int count = judge.inOrder(waiting, lastNs);
        if (count > 0) {
            lastNs = ring.tsNs(count - 1);
            accounting.acceptNext(head, count, lastNs);
            ring.judged(count);
        }
        return count;
    }

    private void judgeNext() {
        long[] cells = ring.cells;
        int at = ring.next();
        long tsNs = cells[at];
        long head = cells[at + CellRing.HEAD];
        int op = CellRing.op(head);
        // Sent at their return with the time of their entry: what is missing before them may be younger than that.
        boolean sentLate = op == OpCode.IGRAB || op == OpCode.IO_END_INIT;
        long sentNs = sentLate ? Math.max(tsNs, lastNs + 1) : tsNs;
        if (!accounting.accept(CellRing.cpu(head), CellRing.seq(head), sentNs)) {
            cells[at + CellRing.INODE] = 0;
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
        judge.judge(at, op, CellRing.flags(head));
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
            }
            case OpCode.MARK -> {}
            default -> unknownCells++;
        }
    }

    /** What is to be done before the next event: a finding is pending, or statistics have come. */
    private void attend() {
        if (judge.toReport) {
            judge.report();
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
        lookNs = judge.leaks.look(nowNs());
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
        attend();
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
            judge.leaks.finish(nowNs());
            findings.settle();
            finished = true;
        }
        return Summaries.of(this);
    }
}
