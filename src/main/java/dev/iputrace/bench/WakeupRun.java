package dev.iputrace.bench;

import dev.iputrace.agent.EpollWaiter;
import dev.iputrace.agent.RingMemory;
import dev.iputrace.agent.RingReader;
import java.util.function.Function;

/**
 * Reads a rig's ring in epoll mode and counts lost wake-ups: the reader sleeps, the ring fills, nobody wakes it. It
 * goes to sleep behind each drain, so that all depends on {@link RingReader#prepareSleep}.
 */
public final class WakeupRun {
    private static final int DRAIN_CELLS = 1 << 16;
    private static final int TIMEOUT_MS = 50;

    /** The second record was reserved after the producer had decided on waking for the first. */
    private static final int SURELY_DECIDED_BYTES = 2 * 72;

    /**
     * What the reader met.
     *
     * @param events read
     * @param stalls times that the reader slept until the time-out although records had been committed
     * @param wakeups times that the producer woke it
     */
    public record Result(long events, long stalls, long wakeups) {
        Result plus(Result other) {
            return new Result(events + other.events, stalls + other.stalls, wakeups + other.wakeups);
        }
    }

    private WakeupRun() {}

    /**
     * Reads until the producer is done and the ring empty.
     *
     * @param newReader makes the reader under test
     */
    public static Result run(RigProgram program, RigOptions options, Function<RingMemory, RingReader> newReader) {
        try (Rig rig = program.serve(options)) {
            RingReader reader = newReader.apply(rig.memory());
            MeasuringSink sink = MeasuringSink.alone();
            long stalls = 0;
            try (EpollWaiter waiter = rig.epoll(reader::prepareSleep, TIMEOUT_MS)) {
                rig.start();
                while (true) {
                    boolean done = rig.done();
                    int cells = reader.drain(sink, DRAIN_CELLS);
                    if (done && cells == 0) {
                        break;
                    }
                    long timeouts = waiter.timeouts();
                    waiter.sleep();
                    if (waiter.timeouts() > timeouts && stalled(reader, waiter)) {
                        stalls++;
                    }
                }
            }
            return new Result(sink.events(), stalls, rig.report().get("wakeups"));
        }
    }

    /** Not a stall when the wake-up comes just now: it is in the pipe before the second record is reserved. */
    private static boolean stalled(RingReader reader, EpollWaiter waiter) {
        return reader.memory().backlogBytes() >= SURELY_DECIDED_BYTES && !waiter.wokenSince();
    }
}
