package dev.iputrace.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The delay from kernel to verdict as a histogram: micrometer has no meter over counts that exist already. */
final class DelayCollector implements Collector {
    private static final String NAME = "iputrace_event_delay_seconds";

    private final Supplier<@Nullable Snapshot> latest;

    DelayCollector(Supplier<@Nullable Snapshot> latest) {
        this.latest = latest;
    }

    @Override
    public MetricSnapshot collect() {
        Snapshot snapshot = latest.get();
        Delays delays = snapshot == null ? Delays.NONE : snapshot.delays();
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < Delays.BUCKETS; i++) {
            buckets.bucket(Delays.boundSeconds(i), delays.count(i));
        }
        HistogramSnapshot.HistogramDataPointSnapshot.Builder point =
                HistogramSnapshot.HistogramDataPointSnapshot.builder();
        point.classicHistogramBuckets(buckets.build()).sum(delays.sumNs() / 1e9);
        return HistogramSnapshot.builder()
                .name(NAME)
                .help("From the kernel's entry into a probed function until the checker takes the event")
                .dataPoint(point.build())
                .build();
    }
}
