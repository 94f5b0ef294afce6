package dev.iputrace.cli;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Provenance;
import dev.iputrace.sim.Simulator;

/** A simulator slowed down to the clock on the wall: its events come when they would come from a real kernel. */
final class Paced implements EventSource {
    private final Simulator simulator;
    private final long wallStartNs = System.nanoTime();
    private final long simStartNs;

    Paced(Simulator simulator) {
        this.simulator = simulator;
        this.simStartNs = simulator.nowNs();
    }

    @Override
    public Provenance provenance() {
        return simulator.provenance();
    }

    @Override
    public int drain(EventSink sink) {
        boolean ahead = simulator.nowNs() - simStartNs > System.nanoTime() - wallStartNs;
        return ahead ? 0 : simulator.drain(sink);
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
