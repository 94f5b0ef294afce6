package dev.iputrace.check;

import dev.iputrace.event.OpCode;
import dev.iputrace.model.Rule;
import dev.iputrace.model.Strength;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Builds findings and hands them out, once their stack and task have come. One that rests on earlier events waits until
 * all that was sent up to it has come: it is dropped when a lost event explains it, and no proof when a probe was
 * skipped.
 */
final class Findings {
    private static final int WAITING_MAX = 1024;
    /** Beyond the first findings, histories are looked up so often only: each costs a walk over the ring. */
    private static final int HISTORIES_FREE = 256;

    private static final long HISTORY_EVERY_NS = 10_000_000;

    /** What an ignored refusal leads to. */
    private static final Set<Rule> BY_REFUSAL = EnumSet.of(Rule.R1, Rule.R2, Rule.R2W, Rule.R3, Rule.R4);

    private final Consumer<Finding> onFinding;
    private final Accounting accounting;
    private final RareLog rare;
    private final CellRing ring;
    private final int historyMax;
    private final @Nullable Boolean panics;
    private final List<Waiting> waiting = new ArrayList<>();
    private final long[] proofs = new long[Rule.values().length];
    private final long[] suspicions = new long[Rule.values().length];
    private Coverage coverage;
    private long number;
    private long explained;
    private long lastHistoryNs = Long.MIN_VALUE;

    /** {@code byAbsence}: of an event that should have come. */
    private record Waiting(Finding finding, long sinceNs, long untilNs, boolean byAbsence) {}

    Findings(
            Consumer<Finding> onFinding,
            Accounting accounting,
            RareLog rare,
            CellRing ring,
            int historyMax,
            @Nullable Boolean panics,
            Coverage coverage) {
        this.onFinding = onFinding;
        this.coverage = coverage;
        this.accounting = accounting;
        this.rare = rare;
        this.ring = ring;
        this.historyMax = historyMax;
        this.panics = panics;
    }

    void follow(Coverage newest) {
        coverage = newest;
    }

    /** The event of record {@code id} broke what {@code breach} says; {@code ioEnd} is the io_end concerned, or 0. */
    void report(Breach breach, long id, int generation, long ioEnd) {
        Evidence event = rare.evidence(id);
        Seen seen = event.seen();
        long sinceNs = breach.sinceNs();
        if (breach.restsOnState() && mayBeExplained(breach, sinceNs, seen.tsNs())) {
            explained++;
            breach.forgive();
        }
        if (!breach.any()) {
            return;
        }
        boolean proof = breach.proofs() != 0;
        List<Rule> rules = new ArrayList<>(Rule.of(breach.proofs()));
        rules.addAll(Rule.of(breach.suspicions()));
        long initId = ioEnd == 0 ? RareLog.NONE : rare.init(ioEnd, id);
        Finding finding = new Finding(
                0,
                rules.get(0),
                List.copyOf(rules.subList(1, rules.size())),
                proof ? Strength.PROOF : Strength.SUSPECT,
                proof ? null : breach.why(),
                event,
                generation,
                refusal(rules.get(0), seen, generation, id, initId),
                initId == RareLog.NONE ? null : rare.evidence(initId),
                history(seen),
                Consequences.of(rules.get(0), seen, panics));
        if (breach.restsOnItself()) {
            send(finding);
        } else {
            handOut(new Waiting(finding, sinceNs, seen.tsNs(), false));
        }
    }

    /** What the event says by itself does not wait to see whether numbers that are missing will still come. */
    private boolean mayBeExplained(Breach breach, long sinceNs, long untilNs) {
        return accounting.lostWithin(sinceNs, untilNs)
                || (breach.restsOnItself() && accounting.missingWithin(sinceNs, untilNs));
    }

    /**
     * A suspicion that comes from time passing since {@code sinceNs}; {@code event} is what it is about. Where what
     * should have come may have been skipped in silence, there is nothing to suspect.
     */
    void overdue(Rule rule, Evidence event, int generation, long sinceNs, long nowNs, String why) {
        Seen seen = event.seen();
        if (accounting.lostWithin(sinceNs, nowNs) || coverage.unprovable(rule) != null) {
            explained++;
            return;
        }
        String consequence = Consequences.of(rule, seen, panics);
        Finding finding = new Finding(
                0, rule, List.of(), Strength.SUSPECT, why, event, generation, null, null, history(seen), consequence);
        handOut(new Waiting(finding, sinceNs, nowNs, true));
    }

    /** The igrab inside the init, where that is known; else the last one refused in this life of the inode. */
    private @Nullable Evidence refusal(Rule rule, Seen seen, int generation, long id, long initId) {
        if (!BY_REFUSAL.contains(rule)) {
            return null;
        }
        long found = RareLog.NONE;
        if (initId != RareLog.NONE) {
            found = rare.refusal(seen.inode(), generation, initId, rare.tid(initId));
        } else if (seen.op() == OpCode.IO_END_INIT) {
            found = rare.refusal(seen.inode(), generation, id, seen.tid());
        }
        if (found == RareLog.NONE) {
            found = rare.refusal(seen.inode(), generation, id, 0);
        }
        return found == RareLog.NONE ? null : rare.evidence(found);
    }

    private List<Seen> history(Seen seen) {
        if (number >= HISTORIES_FREE && seen.tsNs() - lastHistoryNs < HISTORY_EVERY_NS) {
            return List.of();
        }
        lastHistoryNs = seen.tsNs();
        return List.copyOf(ring.history(seen.inode(), historyMax));
    }

    private void handOut(Waiting entry) {
        if (isSettled(entry)) {
            send(entry.finding);
        } else if (waiting.size() < WAITING_MAX) {
            waiting.add(entry);
        } else {
            explained++;
        }
    }

    /** Looks again at the findings that wait, in their order. */
    void settle() {
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting entry = all.next();
            if (isExplained(entry)) {
                explained++;
                all.remove();
            } else if (isSettled(entry)) {
                all.remove();
                send(asProvable(entry.finding));
            }
        }
    }

    private boolean isExplained(Waiting entry) {
        return accounting.lostWithin(entry.sinceNs, entry.untilNs)
                || (entry.byAbsence && coverage.unprovable(entry.finding.rule()) != null);
    }

    private boolean isSettled(Waiting entry) {
        return accounting.completeUntil(entry.untilNs) && !accounting.missingWithin(entry.sinceNs, entry.untilNs);
    }

    /** The source may have told of skipped probes while the finding waited. */
    private Finding asProvable(Finding finding) {
        String why = finding.isProof() ? coverage.unprovable(finding.rule()) : null;
        return why == null ? finding : finding.asSuspect(why);
    }

    boolean anyWaiting() {
        return !waiting.isEmpty();
    }

    private void send(Finding finding) {
        long[] counts = finding.isProof() ? proofs : suspicions;
        counts[finding.rule().index()]++;
        for (Rule rule : finding.also()) {
            (rule.strength() == Strength.PROOF ? counts : suspicions)[rule.index()]++;
        }
        onFinding.accept(finding.numbered(++number));
    }

    long proofs(Rule rule) {
        return proofs[rule.index()];
    }

    long suspicions(Rule rule) {
        return suspicions[rule.index()];
    }

    /** Findings dropped because a lost event explains them. */
    long explained() {
        return explained;
    }
}
