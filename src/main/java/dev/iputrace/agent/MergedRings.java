package dev.iputrace.agent;

import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.UrgentSink;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The events ring and the rare ring as one stream, in the order of {@code seq} on each CPU and of time between CPUs.
 * One thread. Hot path: one call per kernel event; allocates nothing.
 *
 * <p>The rare ring is looked at first: its records go to the urgent sink at once, and into a bounded queue until what
 * came before them has been delivered. A record may go ahead of an event
 *
 * <ul>
 *   <li>of its own CPU when its {@code seq} is smaller. Time does not tell: an igrab is sent at its return, with the
 *       time of its entry, behind younger events;
 *   <li>of another CPU when it is not younger and nothing of its own CPU is missing before it;
 *   <li>of anyone once all is delivered that was in the events ring when the record was seen: so it never starves, even
 *       when the event before it was lost.
 * </ul>
 *
 * The end of the events ring is taken before the look at the rare ring, so an event behind a rare one cannot get ahead
 * of it unseen.
 */
public final class MergedRings {
    private static final int QUEUE_RECORDS = 1024;

    /** How long events wait for a rare record being written, which hides those behind it; it takes microseconds. */
    private static final long HELD_NS_MAX = 50_000_000;

    private final RingReader events;
    private final RingReader rare;
    private final RareQueue queue;
    private final EventSink ordinary = this::ordinary;
    private final EventSink take = this::take;
    private EventSink sink = cell -> {};
    private @Nullable UrgentSink urgent;
    private int[] lastSeqOfCpu = new int[0];
    private int rareCells;
    private final long heldNsMax;
    private boolean held;
    private long heldSinceNs;
    private long forced;

    public MergedRings(RingReader events, RingReader rare) {
        this(events, rare, QUEUE_RECORDS, HELD_NS_MAX);
    }

    MergedRings(RingReader events, RingReader rare, int queueRecords, long heldNsMax) {
        this.events = events;
        this.rare = rare;
        this.queue = new RareQueue(queueRecords);
        this.heldNsMax = heldNsMax;
    }

    /** Who is told of rare records at once; each comes again in the ordered stream. */
    public void onRare(UrgentSink urgentSink) {
        urgent = urgentSink;
    }

    /**
     * Hands over what both rings hold now.
     *
     * @param cellsMax stop taking from the events ring at this number
     * @return cells delivered
     */
    public int drain(EventSink newSink, int cellsMax) {
        sink = newSink;
        rareCells = 0;
        long limit = events.producerPosition();
        if (rare.drain(take, Integer.MAX_VALUE) > 0 && urgent != null) {
            urgent.flush();
        }
        if (mustHold()) {
            return rareCells;
        }
        int cells = 0;
        do {
            long stop = queue.isEmpty() ? limit : Math.min(limit, queue.headBarrier());
            cells += events.drainTo(stop, ordinary, cellsMax - cells);
            if (events.position() < stop) {
                break;
            }
            while (!queue.isEmpty() && (queue.headBarrier() <= events.position() || nothingMissingBeforeHead())) {
                deliverFirstOf(queue.headCpu());
            }
        } while (events.position() < limit && cells < cellsMax);
        return cells + rareCells;
    }

    /** As {@link RingReader#prepareSleep}, for both rings. */
    public boolean prepareSleep() {
        return queue.isEmpty() && events.prepareSleep() && rare.prepareSleep();
    }

    /** Records delivered before their place because the queue was full. */
    public long forced() {
        return forced;
    }

    private boolean mustHold() {
        boolean busy = rare.headBusy();
        if (busy && !held) {
            heldSinceNs = System.nanoTime();
        }
        held = busy;
        return busy && System.nanoTime() - heldSinceNs < heldNsMax;
    }

    private void take(EventView view) {
        EventCell cell = (EventCell) view;
        if (urgent != null) {
            urgent.cell(cell);
        }
        if (cell.op() < OpCode.FIRST_COMPANION) {
            if (queue.isFull()) {
                forced++;
                deliverFirstOf(queue.headCpu());
            }
            queue.add(cell, events.producerPosition());
        } else if (!queue.isEmpty()) {
            queue.append(cell);
        }
    }

    private void ordinary(EventView cell) {
        if (!queue.isEmpty()) {
            deliverEarlier(cell);
        }
        remember(cell.cpu(), cell.seq());
        sink.cell(cell);
    }

    private void deliverEarlier(EventView cell) {
        while (!queue.isEmpty() && queue.headTsNs() - cell.tsNs() <= 0 && nothingMissingBeforeHead()) {
            deliverFirstOf(queue.headCpu());
        }
        while (queue.hasEarlier(cell.cpu(), cell.seq())) {
            deliverFirstOf(cell.cpu());
        }
    }

    private boolean nothingMissingBeforeHead() {
        int cpu = queue.headCpu();
        int lastSeq = cpu < lastSeqOfCpu.length ? lastSeqOfCpu[cpu] : -1;
        return lastSeq + 1 == queue.headSeq();
    }

    private void deliverFirstOf(int cpu) {
        remember(cpu, queue.firstSeqOf(cpu));
        rareCells += queue.deliverFirstOf(cpu, sink);
    }

    private void remember(int cpu, int seq) {
        if (cpu >= lastSeqOfCpu.length) {
            int known = lastSeqOfCpu.length;
            lastSeqOfCpu = Arrays.copyOf(lastSeqOfCpu, cpu + 1);
            Arrays.fill(lastSeqOfCpu, known, cpu + 1, -1);
        }
        lastSeqOfCpu[cpu] = seq;
    }
}
