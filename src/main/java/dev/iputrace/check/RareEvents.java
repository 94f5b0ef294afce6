package dev.iputrace.check;

import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import dev.iputrace.model.StatelessRules;

/** Events that come with stack and task, or that explain later findings; what one broke is told once both are in. */
final class RareEvents {
    private final RareLog log;
    private final Breach breach;
    private final Findings findings;
    private final Lives lives;
    private boolean pending;
    private long pendingId;
    private int pendingGeneration;
    private long pendingIoEnd;

    /** Whether the BPF program judges the stateless rules, too. */
    boolean bpfRules;

    long igrabRefused;
    long badPuts;
    long disagreements;

    RareEvents(RareLog log, Breach breach, Findings findings, Lives lives) {
        this.log = log;
        this.breach = breach;
        this.findings = findings;
        this.lives = lives;
    }

    /** {@code broken}: stateless rules. Returns whether there is something to {@link #report} before the next event. */
    boolean add(Event event, int op, int flags, long ioEnd, int broken) {
        if (bpfRules && broken != 0 != ((flags & Flag.BROKEN_RULE) != 0)) {
            disagreements++;
        }
        igrabRefused += op == OpCode.IGRAB && (flags & Flag.REFUSED) != 0 ? 1 : 0;
        badPuts += op == OpCode.IPUT && (broken & (StatelessRules.R1 | StatelessRules.R2)) != 0 ? 1 : 0;
        pendingGeneration = lives.followed(event);
        pendingId = log.add(event, pendingGeneration);
        pendingIoEnd = ioEnd;
        breach.stateless(broken);
        pending = breach.any();
        return pending;
    }

    void report() {
        if (pending) {
            pending = false;
            findings.report(breach, pendingId, pendingGeneration, pendingIoEnd);
            breach.clear();
        }
    }
}
