package dev.iputrace.cli;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Provenance;
import dev.iputrace.sim.Simulator;

/** A simulator slowed down to the clock on the wall: its events come when they would come from a real kernel. */
final class Paced implements EventSource {
    private final Simulator simulator;
    private final Pace pace;
    private final long wallStartNs = System.nanoTime();
    private final long simStartNs;

    Paced(Simulator simulator, Pace pace) {
        this.simulator = simulator;
        this.pace = pace;
        this.simStartNs = simulator.nowNs();
    }

    @Override
    public Provenance provenance() {
        return simulator.provenance();
    }

    @Override
    public int drain(EventSink sink) {
        long wallNs = System.nanoTime() - wallStartNs;
        boolean ahead = pace.eventsPerSecond() > 0
                ? simulator.events() > pace.eventsPerSecond() * (wallNs / 1e9)
                : simulator.nowNs() - simStartNs > wallNs;
        return ahead ? 0 : simulator.drain(sink, pace.batchEvents());
    }

    @Override
    public void stats(EventSink sink) {
        simulator.stats(sink);
    }

    @Override
    public void stop() {
        simulator.stop();
    }

    @Override
    public void close() {
        simulator.close();
    }
}
