package dev.iputrace.bench;

import dev.iputrace.agent.MergedRings;
import dev.iputrace.agent.RingMemory;
import dev.iputrace.agent.RingReader;
import dev.iputrace.agent.TimedWaiter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** Reads a rig's ring as {@code live} does: merged with a rare ring, timed drains. */
final class ReadRun {
    private static final int DRAIN_CELLS = 1 << 16;
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * What a reader did.
     *
     * @param producer what the producer did
     * @param sink with the events delivered
     * @param wallNs from the start of the producer to the last event
     * @param cpuNs of the reading thread
     * @param allocatedBytes by the reading thread
     */
    record Result(RigReport producer, MeasuringSink sink, long wallNs, long cpuNs, long allocatedBytes) {
        double eventsPerSecond() {
            return sink.events() * 1e9 / wallNs;
        }

        double cpuShare() {
            return (double) cpuNs / wallNs;
        }

        double cpuNsPerEvent() {
            return (double) cpuNs / Math.max(1, sink.events());
        }
    }

    private ReadRun() {}

    /**
     * Reads until the producer is done and the ring empty.
     *
     * @param sink gets every event
     */
    static Result run(RigProgram program, RigOptions options, MeasuringSink sink) {
        try (Rig rig = program.serve(options)) {
            MergedRings rings = new MergedRings(new RingReader(rig.memory()), new RingReader(emptyRing()));
            TimedWaiter waiter = new TimedWaiter();
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long cpuNs = THREADS.getCurrentThreadCpuTime();
            rig.start();
            long startNs = System.nanoTime();
            long lastNs = startNs;
            while (true) {
                boolean done = rig.done();
                int cells = rings.drain(sink, DRAIN_CELLS);
                if (cells == 0 && done) {
                    break;
                }
                if (cells > 0) {
                    lastNs = System.nanoTime();
                }
                waiter.afterDrain(cells);
            }
            cpuNs = THREADS.getCurrentThreadCpuTime() - cpuNs;
            allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            return new Result(rig.report(), sink, lastNs - startNs, cpuNs, allocated);
        }
    }

    private static RingMemory emptyRing() {
        return new RingMemory(
                ByteBuffer.allocateDirect(8), ByteBuffer.allocateDirect(8), ByteBuffer.allocateDirect(2 * 4096));
    }
}
