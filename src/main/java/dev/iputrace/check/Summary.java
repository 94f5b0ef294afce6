package dev.iputrace.check;

import dev.iputrace.event.Op;
import dev.iputrace.event.Provenance;
import dev.iputrace.model.Rule;
import java.util.List;
import java.util.Map;

/**
 * What a {@link Checker} can say so far, or at the end.
 *
 * @param finished false while the observation goes on
 * @param rules one entry per rule, in the order of the enum
 * @param events received, by op; every op of the kernel is there
 * @param igrabRefused igrab that returned NULL
 * @param badPuts iput that break R1 or R2, each counted once
 * @param ioEndsLive initialised and not freed: in flight
 * @param windowEntered io_ends started on an inode already I_FREEING
 * @param pins igrab called from ext4_init_io_end; more than 0 says that here io_ends hold references (era A)
 * @param unpinnedFrees io_ends freed whose igrab had been refused
 * @param callSites by caller, most calls first
 * @param inodesTracked inodes in the table now
 * @param inodesEvicted inodes that had to leave it although alive or dead but not reborn
 * @param ioEndsEvicted io_ends that had to leave the ledger
 * @param firstNs time of the first event, 0 for none
 * @param lastNs latest time of an event
 * @param reasons why absence of findings proves nothing, a sentence each; empty when all was seen
 * @param notes limits that do not weaken the verdict
 * @param internalErrors contradictions inside iputrace itself, such as BPF and Java judging one event differently
 */
public record Summary(
        Verdict verdict,
        boolean finished,
        Provenance provenance,
        List<RuleSummary> rules,
        Map<Op, Long> events,
        long igrabRefused,
        long badPuts,
        long ioEndsLive,
        long windowEntered,
        long pins,
        long unpinnedFrees,
        List<CallSite> callSites,
        Loss loss,
        long inodesTracked,
        long inodesEvicted,
        long ioEndsEvicted,
        long firstNs,
        long lastNs,
        List<String> reasons,
        List<String> notes,
        List<String> internalErrors) {
    public RuleSummary rule(Rule rule) {
        return rules.get(rule.index());
    }

    /** Events received of this op. */
    public long count(Op op) {
        return events.getOrDefault(op, 0L);
    }

    public long eventsTotal() {
        return events.values().stream().mapToLong(Long::longValue).sum();
    }

    public long proofs() {
        return rules.stream().mapToLong(RuleSummary::proofs).sum();
    }

    public long suspicions() {
        return rules.stream().mapToLong(RuleSummary::suspicions).sum();
    }
}
