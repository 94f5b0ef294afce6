package dev.iputrace.metrics;

import dev.iputrace.check.Summary;
import dev.iputrace.check.Verdict;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.model.Rule;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Meters over the latest {@link Snapshot}. No tag ever carries an inode number, a task name or another value without a
 * bound.
 */
final class SnapshotMetrics implements MeterBinder {
    private final Supplier<@Nullable Snapshot> latest;
    private final String version;
    private @Nullable MultiGauge probes;
    private @Nullable Provenance probesOf;

    SnapshotMetrics(Supplier<@Nullable Snapshot> latest, String version) {
        this.latest = latest;
        this.version = version;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Op op : Op.values()) {
            if (op.code() < OpCode.FIRST_COMPANION) {
                bindOp(registry, op);
            }
        }
        bindLoss(registry);
        for (Rule rule : Rule.values()) {
            Tags tags = Tags.of("rule", rule.id());
            counter(
                    registry,
                    "iputrace.violations",
                    tags,
                    "Events that break a rule, as proof",
                    summary -> summary.rule(rule).proofs());
            counter(
                    registry,
                    "iputrace.suspicions",
                    tags,
                    "Events that seem to break a rule",
                    summary -> summary.rule(rule).suspicions());
        }
        bindInodes(registry);
        bindState(registry);
        probes = MultiGauge.builder("iputrace.probe.info")
                .description("1 for each attached probe point")
                .register(registry);
    }

    private void bindOp(MeterRegistry registry, Op op) {
        Tags tags = Tags.of("event", op.label());
        counter(registry, "iputrace.events", tags, "Events checked", summary -> summary.count(op));
        FunctionCounter.builder("iputrace.probe.hits", this, metrics -> metrics.hits(op))
                .tags(tags)
                .description("Times the kernel reached a probe, as far as it tells; else times the program ran")
                .register(registry);
    }

    private void bindLoss(MeterRegistry registry) {
        String name = "iputrace.events.lost";
        String description = "Events tried and not checked, by the stage that lost them";
        for (LossStage stage : LossStage.values()) {
            counter(
                    registry,
                    name,
                    Tags.of("stage", stage.label()),
                    description,
                    summary -> summary.loss().byStage().getOrDefault(stage, 0L));
        }
        counter(
                registry,
                name,
                Tags.of("stage", "unknown"),
                description,
                summary -> summary.loss().unplaced());
    }

    private void bindInodes(MeterRegistry registry) {
        gauge(registry, "iputrace.inodes.tracked", "Inodes in the checker's table", Summary::inodesTracked);
        counter(
                registry,
                "iputrace.inodes.evicted",
                Tags.of("reason", "table_full"),
                "Inodes forgotten although they could still matter",
                Summary::inodesEvicted);
        gauge(registry, "iputrace.io_ends.live", "io_ends initialised and not yet freed", Summary::ioEndsLive);
        counter(
                registry,
                "iputrace.window.entered",
                Tags.empty(),
                "io_ends started on an inode already I_FREEING",
                Summary::windowEntered);
        counter(registry, "iputrace.igrab.refused", Tags.empty(), "igrab that returned NULL", Summary::igrabRefused);
    }

    private void bindState(MeterRegistry registry) {
        for (Verdict verdict : Verdict.values()) {
            Gauge.builder(
                            "iputrace.verdict",
                            this,
                            metrics -> metrics.value(summary -> summary.verdict() == verdict ? 1 : 0))
                    .tag("verdict", verdict.name())
                    .description("1 for the verdict as it stands")
                    .register(registry);
        }
        gauge(
                registry,
                "iputrace.complete",
                "1 while absence of findings proves something",
                summary -> summary.reasons().isEmpty() ? 1 : 0);
        Gauge.builder("iputrace.last.event.timestamp", this, SnapshotMetrics::lastEventSeconds)
                .description("When the latest event happened, Unix time")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("iputrace.ring.fill.ratio", this, SnapshotMetrics::ringFillRatio)
                .description("Share of the events ring that waits to be read")
                .register(registry);
        Gauge.builder("iputrace.build.info", () -> 1)
                .tag("version", version)
                .description("Which build this is")
                .register(registry);
    }

    private void counter(
            MeterRegistry registry, String name, Tags tags, String description, ToDoubleFunction<Summary> value) {
        FunctionCounter.builder(name, this, metrics -> metrics.value(value))
                .tags(tags)
                .description(description)
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Summary> value) {
        Gauge.builder(name, this, metrics -> metrics.value(value))
                .description(description)
                .register(registry);
    }

    /** Probes may be attached late: names those of the latest snapshot. Before each scrape. */
    synchronized void refresh() {
        Snapshot snapshot = latest.get();
        if (snapshot == null || probes == null || snapshot.summary().provenance() == probesOf) {
            return;
        }
        Provenance provenance = snapshot.summary().provenance();
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (Op op : Op.values()) {
            String probe = provenance.probe(op);
            if (probe != null) {
                int colon = probe.indexOf(':');
                Tags tags = Tags.of(
                        "event", op.label(),
                        "mode", colon < 0 ? "" : probe.substring(0, colon),
                        "symbol", probe.substring(colon + 1),
                        "kernel", provenance.kernel());
                rows.add(MultiGauge.Row.of(tags, 1));
            }
        }
        probes.register(rows, true);
        probesOf = provenance;
    }

    private double value(ToDoubleFunction<Summary> of) {
        Snapshot snapshot = latest.get();
        return snapshot == null ? 0 : of.applyAsDouble(snapshot.summary());
    }

    private double hits(Op op) {
        Snapshot snapshot = latest.get();
        return snapshot == null ? 0 : snapshot.probeHits().getOrDefault(op, 0L);
    }

    private double ringFillRatio() {
        Snapshot snapshot = latest.get();
        return snapshot == null ? 0 : snapshot.ringFillRatio();
    }

    private double lastEventSeconds() {
        Snapshot snapshot = latest.get();
        if (snapshot == null || snapshot.summary().lastNs() <= 0) {
            return Double.NaN;
        }
        Summary summary = snapshot.summary();
        return (summary.lastNs() + summary.provenance().wallOffsetNs()) / 1e9;
    }
}
