package dev.iputrace.tracefs;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.LossStage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One ordered stream out of the rings of all CPUs in both instances. An event is handed over when every other ring has
 * shown a later one, or was found empty after it and a moment has passed, in which a writer that had taken its time
 * already must have committed. Hot path: one round of {@link #drain} per event; allocates nothing.
 */
final class Streams implements AutoCloseable {
    /** From when a writer takes the time to when its event can be read; a virtual CPU may be away in between. */
    static final long COMMIT_NS = 5_000_000;

    private static final int EVENTS_PER_DRAIN = 1 << 14;
    /** Entries alone make no cell; who drains must be heard all the same. */
    private static final int ROUNDS_MAX = 16;

    /** Share of this thread's time that may go into asking whether there is something. */
    private static final int POLL_SHARE = 10;

    private static final long POLL_NS_MIN = 500_000;

    private final CpuStream[] streams;
    private final Cells cells;
    private long nextPollNs = System.nanoTime();
    /** Events taken, modulo 2^32. */
    private int processed;

    private boolean last;
    private long deliveredNs;
    private long late;

    Streams(List<CpuStream> streams, Cells cells) {
        this.streams = streams.toArray(CpuStream[]::new);
        this.cells = cells;
    }

    /** No probe is enabled any more: what there is, is all. */
    void last() {
        last = true;
        long nowNs = System.nanoTime();
        for (CpuStream stream : streams) {
            stream.last(nowNs);
        }
    }

    /** The sink is another one: what was lost until now is told to it too. */
    void tellLostAgain() {
        for (CpuStream stream : streams) {
            stream.tellLostAgain();
        }
    }

    /** Returns the cells delivered; 0 when there is nothing now, and when {@link #last} was said, nothing ever. */
    int drain(EventSink sink) {
        int delivered = 0;
        boolean progress = true;
        // Entries wait for their returns: they are progress, and no cell.
        for (int round = 0; delivered == 0 && progress && (last || round < ROUNDS_MAX); round++) {
            long nowNs = System.nanoTime();
            if (last || nowNs - nextPollNs >= 0) {
                poll(nowNs, sink);
            }
            int before = processed;
            delivered = deliver(last ? Long.MAX_VALUE : nowNs - COMMIT_NS, sink);
            progress = processed != before;
        }
        return delivered;
    }

    private int deliver(long patientUntilNs, EventSink sink) {
        int delivered = 0;
        for (CpuStream stream : streams) {
            fill(stream, patientUntilNs, sink);
        }
        for (int events = 0; events < EVENTS_PER_DRAIN; events++) {
            CpuStream first = first();
            if (first == null) {
                break;
            }
            late += first.headNs() < deliveredNs ? 1 : 0;
            deliveredNs = first.headNs();
            delivered += cells.event(first, sink);
            first.advance();
            fill(first, patientUntilNs, sink);
            processed++;
        }
        return delivered;
    }

    private void fill(CpuStream stream, long patientUntilNs, EventSink sink) {
        stream.fill(patientUntilNs);
        tellLost(stream, sink);
    }

    /** Before any event that was read behind it, or what follows would be judged as if nothing were missing. */
    private void tellLost(CpuStream stream, EventSink sink) {
        long lost = stream.takeLost();
        if (lost > 0) {
            cells.loss(LossStage.RING_FULL, stream.cpu(), lost, System.nanoTime(), sink);
        }
    }

    private void poll(long nowNs, EventSink sink) {
        for (CpuStream stream : streams) {
            stream.poll(nowNs);
            tellLost(stream, sink);
        }
        long costNs = System.nanoTime() - nowNs;
        nextPollNs = nowNs + Math.max(POLL_NS_MIN, POLL_SHARE * costNs);
    }

    /** The stream with the oldest head, if nothing older can come; else null. */
    private @Nullable CpuStream first() {
        CpuStream first = null;
        long safeNs = Long.MAX_VALUE;
        for (CpuStream stream : streams) {
            if (stream.hasHead()) {
                if (first == null || stream.headNs() < first.headNs()) {
                    first = stream;
                }
            } else {
                safeNs = Math.min(safeNs, Math.min(stream.polledNs() - COMMIT_NS, stream.waitingNs()));
            }
        }
        return first == null || (!last && first.headNs() > safeNs) ? null : first;
    }

    /** Events that were read after younger ones: what was judged in between may be wrong. */
    long late() {
        return late;
    }

    long damaged() {
        long damaged = 0;
        for (CpuStream stream : streams) {
            damaged += stream.damaged();
        }
        return damaged;
    }

    @Override
    public void close() {
        for (CpuStream stream : streams) {
            stream.close();
        }
    }
}
