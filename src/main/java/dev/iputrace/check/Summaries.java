package dev.iputrace.check;

import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.model.Rule;
import dev.iputrace.model.Strength;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Sums up the state of a {@link Checker}. */
final class Summaries {
    private Summaries() {}

    static Summary of(Checker checker) {
        Coverage coverage = checker.coverage;
        Loss loss = checker.accounting.summary();
        List<RuleSummary> rules = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            rules.add(rule(checker, coverage, rule));
        }
        Reasons reasons = new Reasons(checker, loss);
        long proofs = rules.stream().mapToLong(RuleSummary::proofs).sum();
        long suspicions = rules.stream().mapToLong(RuleSummary::suspicions).sum();
        return new Summary(
                verdict(proofs, suspicions, reasons.unknown()),
                checker.finished,
                checker.provenance,
                List.copyOf(rules),
                events(checker.counts),
                checker.judge.rareEvents.igrabRefused,
                checker.judge.rareEvents.badPuts,
                checker.judge.ioEndTable.live(),
                checker.judge.ioEnds.windowEntered(),
                checker.judge.pins,
                checker.judge.ioEnds.unpinnedFrees(),
                checker.judge.callSites.summary(),
                loss,
                checker.judge.inodes.size(),
                checker.judge.inodes.evicted(),
                checker.judge.ioEndTable.evicted(),
                checker.firstNs,
                Math.max(checker.lastNs, 0),
                reasons.unknown(),
                reasons.notes(),
                reasons.internal());
    }

    private static Verdict verdict(long proofs, long suspicions, List<String> reasons) {
        if (proofs > 0) {
            return Verdict.VIOLATION;
        }
        if (suspicions > 0) {
            return Verdict.SUSPECT;
        }
        return reasons.isEmpty() ? Verdict.OK : Verdict.UNKNOWN;
    }

    private static RuleSummary rule(Checker checker, Coverage coverage, Rule rule) {
        long proofs = checker.findings.proofs(rule);
        long suspicions = checker.findings.suspicions(rule);
        String unchecked = coverage.unchecked(rule);
        if (unchecked != null) {
            return new RuleSummary(rule, proofs, suspicions, false, false, unchecked);
        }
        String unprovable = coverage.unprovable(rule);
        if (unprovable != null) {
            // Said to be proofs before the kernel told that it had skipped probes.
            return new RuleSummary(rule, 0, proofs + suspicions, true, false, unprovable);
        }
        List<Op> missing = coverage.missing(rule);
        String partly = missing.isEmpty() ? null : "in part: " + coverage.unattached(missing.get(0));
        return new RuleSummary(rule, proofs, suspicions, true, rule.strength() == Strength.PROOF, partly);
    }

    private static Map<Op, Long> events(long[] counts) {
        Map<Op, Long> events = new EnumMap<>(Op.class);
        for (Op op : Op.values()) {
            if (op.code() < OpCode.FIRST_COMPANION) {
                events.put(op, counts[op.code()]);
            }
        }
        return events;
    }
}
