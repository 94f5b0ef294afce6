package dev.iputrace.check;

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
 * {@link #flush}. One that rests on earlier events waits while numbers are missing that may still come.
 *
 * <p>Hot path: {@link #cell} runs once per kernel event; allocates nothing, except for findings and growing tables.
 */
public final class Checker implements EventSink {
    private static final int OPS = OpCode.FIRST_COMPANION;

    final CheckerOptions options;
    final Accounting accounting;
    private final Breach breach = new Breach();
    final InodeTable inodes;
    final IoEndTable ioEndTable;
    final Lives lives;
    final IoEnds ioEnds;
    final CallSites callSites = new CallSites();
    private final RareLog rare = new RareLog();
    private final History history;
    final Findings findings;
    final Leaks leaks;
    final long[] counts = new long[OPS];
    /** By op: the stateless rules that can be judged with the fields this source sends. */
    private final int[] judged = new int[OPS];

    Provenance provenance;
    Coverage coverage;
    private boolean grabsJudged;
    private boolean bpfRules;
    private @Nullable String grabNotProvable;

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

    public Checker(Provenance provenance, CheckerOptions options, Consumer<Finding> onFinding) {
        this.options = options;
        this.provenance = provenance;
        accounting = new Accounting(provenance.get("seq"));
        inodes = new InodeTable(options.inodesMax());
        ioEndTable = new IoEndTable(options.ioEndsMax());
        lives = new Lives(inodes, breach);
        ioEnds = new IoEnds(ioEndTable, inodes, lives, breach, options.ioEndLiveLimitNs());
        history = new History(options.historyCells());
        findings = new Findings(onFinding, accounting, rare, history, provenance.iputPanics());
        leaks = new Leaks(ioEndTable, inodes, lives, rare, history, findings, options.ioEndLiveLimitNs());
        coverage = new Coverage(provenance, accounting, counts);
        follow();
    }

    /** The source knows more about itself than before: a late attach, a self-check. */
    public void provenance(Provenance refined) {
        provenance = refined;
        coverage = new Coverage(refined, accounting, counts);
        follow();
    }

    private void follow() {
        for (Op op : Op.values()) {
            if (op.code() < OPS) {
                judged[op.code()] = coverage.judged(op, StatelessRules.ALL);
            }
        }
        grabsJudged = coverage.unchecked(Rule.R6) == null;
        grabNotProvable = coverage.unprovable(Rule.R6);
        bpfRules = "1".equals(provenance.get("bpf_rules"));
        lives.follow(coverage);
        ioEnds.follow(coverage);
        leaks.follow(coverage);
    }

    @Override
    public void cell(EventView cell) {
        int op = cell.op();
        if (op >= OPS) {
            companion(cell, op);
            return;
        }
        if (attention) {
            attend();
        }
        long tsNs = cell.tsNs();
        if (!accounting.accept(cell.cpu(), cell.seq(), tsNs)) {
            return;
        }
        if (counts[op]++ == 0) {
            metFirst(cell);
        }
        if (tsNs > lastNs) {
            lastNs = tsNs;
            if (tsNs >= lookNs) {
                look();
            }
        }
        event(cell, op);
    }

    private void event(EventView cell, int op) {
        int flags = cell.flags();
        long inode = cell.inode();
        long ioEnd = 0;
        boolean addressed = op == OpCode.IO_END_FREE ? cell.ioEnd() != 0 : inode != 0 || op == OpCode.UMOUNT;
        if (!addressed) {
            damaged++;
            return;
        }
        int broken = StatelessRules.broken(op, flags, cell.iCount(), cell.ioEnd()) & judged[op];
        switch (op) {
            case OpCode.IGRAB -> {
                lives.touch(cell, inode);
                grab(cell, flags);
            }
            case OpCode.IPUT, OpCode.IPUT_NOT_LAST -> {
                lives.touch(cell, inode);
                ioEnd = put(cell, flags, inode, broken);
            }
            case OpCode.IHOLD -> {
                lives.touch(cell, inode);
                callSites.count(cell.caller(), CallSites.GRABBED);
            }
            case OpCode.IO_END_INIT -> {
                ioEnd = cell.ioEnd();
                ioEnds.init(cell, inode, ioEnd);
            }
            case OpCode.IO_END_FREE -> {
                ioEnd = cell.ioEnd();
                inode = ioEnds.free(cell, ioEnd);
            }
            case OpCode.BIRTH -> lives.birth(cell, inode);
            case OpCode.EVICT -> lives.dying(cell, inode, InodeState.DYING);
            case OpCode.CLEAR -> lives.dying(cell, inode, InodeState.CLEARED);
            case OpCode.DEATH -> {
                if (lives.death(cell, inode) > 0) {
                    leaks.died(inode, cell.tsNs());
                }
            }
            case OpCode.UMOUNT -> leaks.umount(cell);
            default -> {
                unknownOps++;
                return;
            }
        }
        history.add(cell, inode);
        if (broken != 0 || breach.any() || isRare(op, flags)) {
            rare(cell, inode, ioEnd, broken);
        }
    }

    /** Returns the io_end whose free the iput is part of, or 0. */
    private long put(EventView cell, int flags, long inode, int broken) {
        callSites.count(cell.caller(), CallSites.PUT);
        badPuts += (broken & (StatelessRules.R1 | StatelessRules.R2)) != 0 ? 1 : 0;
        return (flags & Flag.IN_IO_END_FREE) != 0 ? ioEnds.put(cell, inode, broken == 0) : 0;
    }

    private void grab(EventView cell, int flags) {
        boolean refused = (flags & Flag.REFUSED) != 0;
        callSites.count(cell.caller(), refused ? CallSites.REFUSED : CallSites.GRABBED);
        pins += (flags & Flag.IN_IO_END_INIT) != 0 ? 1 : 0;
        if (refused) {
            igrabRefused++;
        } else if ((flags & Flag.DYING) != 0 && grabsJudged) {
            breach.found(Rule.R6, cell.tsNs(), grabNotProvable);
        }
    }

    /** Events that come with stack and task, or that explain later findings. */
    private static boolean isRare(int op, int flags) {
        return (flags & (Flag.REFUSED | Flag.BROKEN_RULE)) != 0
                || (op == OpCode.IO_END_INIT && (flags & Flag.DYING) != 0);
    }

    private void rare(EventView cell, long inode, long ioEnd, int broken) {
        if (bpfRules && broken != 0 != ((cell.flags() & Flag.BROKEN_RULE) != 0)) {
            disagreements++;
        }
        int at = inode == 0 ? InodeTable.ABSENT : inodes.find(inode);
        if (at == InodeTable.ABSENT && inode != 0) {
            at = lives.remember(cell, inode);
        }
        pendingGeneration = lives.generation(at);
        pendingId = rare.add(cell, inode, pendingGeneration);
        pendingIoEnd = ioEnd;
        breach.stateless(broken);
        pending = breach.any();
        attention |= pending;
    }

    private void companion(EventView cell, int op) {
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
        }
    }

    private void metFirst(EventView cell) {
        if (lastNs == Long.MIN_VALUE) {
            firstNs = cell.tsNs();
        }
        // An op that no provenance announced: with it, more can be judged.
        follow();
    }

    private void look() {
        lookNs = leaks.look(lastNs);
        if (findings.anyWaiting()) {
            findings.settle();
        }
    }

    /** The source has nothing more for now: what has come is complete. */
    public void flush() {
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
            flush();
            accounting.finish();
            follow();
            leaks.finish(Math.max(lastNs, 0));
            findings.settle();
            finished = true;
        }
        return Summaries.of(this);
    }
}
