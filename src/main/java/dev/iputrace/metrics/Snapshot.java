package dev.iputrace.metrics;

import dev.iputrace.check.Summary;
import dev.iputrace.event.Op;
import java.util.Map;

/**
 * What the checker's thread knew at one moment; immutable, so that any thread may read it.
 *
 * @param ringFillRatio share of the events ring waiting to be read, 0..1
 * @param probeHits see {@link StreamMeter#probeHits}
 * @param takenNs System.nanoTime
 */
record Snapshot(Summary summary, double ringFillRatio, Delays delays, Map<Op, Long> probeHits, long takenNs) {}
