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
 * Builds findings and hands them out, once their stack and task have come. One that rests on earlier events waits
 * while numbers are missing that may still come, and is dropped when a lost event explains it.
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
    private long number;
    private long explained;
    private long lastHistoryNs = Long.MIN_VALUE;

    private record Waiting(Finding finding, long sinceNs, long untilNs) {}

    Findings(
            Consumer<Finding> onFinding,
            Accounting accounting,
            RareLog rare,
            CellRing ring,
            int historyMax,
            @Nullable Boolean panics) {
        this.onFinding = onFinding;
        this.accounting = accounting;
        this.rare = rare;
        this.ring = ring;
        this.historyMax = historyMax;
        this.panics = panics;
    }

    /** The event of record {@code id} broke what {@code breach} says; {@code ioEnd} is the io_end concerned, or 0. */
    void report(Breach breach, long id, int generation, long ioEnd) {
        Evidence event = rare.evidence(id);
        Seen seen = event.seen();
        long sinceNs = breach.sinceNs();
        if (breach.restsOnState() && accounting.lostWithin(sinceNs, seen.tsNs())) {
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
        handOut(finding, breach.restsOnState() ? sinceNs : Long.MAX_VALUE, seen.tsNs());
    }

    /** A suspicion that comes from time passing since {@code sinceNs}; {@code event} is what it is about. */
    void overdue(Rule rule, Evidence event, int generation, long sinceNs, long nowNs, String why) {
        Seen seen = event.seen();
        if (accounting.lostWithin(sinceNs, nowNs)) {
            explained++;
            return;
        }
        String consequence = Consequences.of(rule, seen, panics);
        handOut(
                new Finding(
                        0,
                        rule,
                        List.of(),
                        Strength.SUSPECT,
                        why,
                        event,
                        generation,
                        null,
                        null,
                        history(seen),
                        consequence),
                sinceNs,
                nowNs);
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

    private void handOut(Finding finding, long sinceNs, long untilNs) {
        if (!accounting.missingWithin(sinceNs, untilNs)) {
            send(finding);
        } else if (waiting.size() < WAITING_MAX) {
            waiting.add(new Waiting(finding, sinceNs, untilNs));
        } else {
            explained++;
        }
    }

    /** Looks again at the findings that wait, in their order. */
    void settle() {
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting entry = all.next();
            if (accounting.lostWithin(entry.sinceNs, entry.untilNs)) {
                explained++;
                all.remove();
            } else if (!accounting.missingWithin(entry.sinceNs, entry.untilNs)) {
                all.remove();
                send(entry.finding);
            }
        }
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
