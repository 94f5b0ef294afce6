package dev.iputrace.cli;

import dev.iputrace.agent.TimedWaiter;
import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Finding;
import dev.iputrace.check.Summary;
import dev.iputrace.event.EventRun;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.UrgentSink;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One observation: drives a source into the checker until it ends or is told to stop, then lets it finish. The same for
 * every command, whatever the source.
 */
final class Session {
    private static final long TICK_NS = 1_000_000_000L;

    private final EventSource source;
    private final Checker checker;
    private final @Nullable UrgentSink evidence;
    private final TimedWaiter waiter = new TimedWaiter();
    private final List<EventSink> taps = new ArrayList<>();
    private Consumer<Summary> onTick = summary -> {};
    private Consumer<Finding> onProof = finding -> {};
    private EventSink sink;
    private Provenance provenance;
    private boolean ended;

    /** @param evidence is told of rare events as early as the source allows; null when the source does all itself */
    Session(EventSource source, CheckerOptions options, Reporter reporter, @Nullable UrgentSink evidence) {
        this.source = source;
        this.evidence = evidence;
        this.checker = new Checker(source.provenance(), options, finding -> {
            if (finding.isProof()) {
                onProof.accept(finding);
            }
            reporter.finding(finding);
        });
        this.sink = checker;
        this.provenance = source.provenance();
        if (evidence != null && !source.onRare(evidence)) {
            tap(evidence);
        }
    }

    /** Also gives every cell to this sink, before the checker sees it. */
    final Session tap(EventSink tap) {
        taps.add(tap);
        sink = new Tee(taps, checker);
        return this;
    }

    /** To all taps, then to the checker. Hot path: runs stay runs; allocates nothing. */
    private static final class Tee implements EventSink {
        private final EventSink[] all;

        Tee(List<EventSink> taps, Checker checker) {
            all = Stream.concat(taps.stream(), Stream.of(checker)).toArray(EventSink[]::new);
        }

        @Override
        public void cell(EventView cell) {
            for (EventSink each : all) {
                each.cell(cell);
            }
        }

        @Override
        public void cells(EventRun run) {
            for (EventSink each : all) {
                each.cells(run);
            }
        }
    }

    /** Called with each proof, before it is reported. */
    Session onProof(Consumer<Finding> listener) {
        onProof = listener;
        return this;
    }

    /** Called about once a second with what is known so far. */
    Session onTick(Consumer<Summary> listener) {
        onTick = listener;
        return this;
    }

    /** Observes until the source ends or {@code goOn} says no. */
    void watch(BooleanSupplier goOn) {
        long nextTickNs = System.nanoTime() + TICK_NS;
        while (!ended && goOn.getAsBoolean()) {
            step();
            if (System.nanoTime() - nextTickNs >= 0) {
                nextTickNs = System.nanoTime() + TICK_NS;
                stats();
                onTick.accept(checker.summary());
            }
        }
    }

    private void step() {
        int cells = source.drain(sink);
        flushEvidence();
        ended = cells == EventSource.END;
        if (cells <= 0) {
            checker.flush();
        }
        if (!ended) {
            waiter.afterDrain(cells);
        }
    }

    /** Detaches, takes what is still in the rings, and judges. */
    Summary finish() {
        source.stop();
        while (!ended && source.drain(sink) > 0) {
            flushEvidence();
        }
        stats();
        checker.flush();
        flushEvidence();
        return checker.finish();
    }

    private void flushEvidence() {
        if (evidence != null) {
            evidence.flush();
        }
    }

    /** The source may know more of itself by now: ext4 came or went, a stream was cut. */
    private void stats() {
        source.stats(sink);
        Provenance now = source.provenance();
        if (now != provenance) {
            provenance = now;
            checker.provenance(now);
        }
    }
}
