package dev.iputrace.metrics;

import dev.iputrace.check.Summary;
import dev.iputrace.event.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the observation does its job: probes attached, the checker alive, little lost. */
final class Readiness {
    private static final long STALE_NS = 10_000_000_000L;
    private static final double LOST_SHARE_MAX = 0.01;

    private Readiness() {}

    /** Why it does not; empty when it does. */
    static List<String> problems(@Nullable Snapshot snapshot, long nowNs) {
        if (snapshot == null) {
            return List.of("the checker has not reported yet");
        }
        List<String> problems = new ArrayList<>();
        long ageNs = nowNs - snapshot.takenNs();
        if (ageNs > STALE_NS) {
            problems.add("the checker has not reported for " + ageNs / 1_000_000_000 + " s");
        }
        Summary summary = snapshot.summary();
        for (Op op : List.of(Op.IGRAB, Op.IPUT)) {
            String reason = summary.provenance().get("missing." + op.label());
            if (reason != null) {
                problems.add("probe " + op.label() + " is not attached: " + reason);
            }
        }
        long events =
                summary.events().values().stream().mapToLong(Long::longValue).sum();
        long lost = summary.loss().lost();
        if (lost > LOST_SHARE_MAX * (events + lost)) {
            problems.add("lost " + lost + " of " + (events + lost) + " events");
        }
        return problems;
    }
}
