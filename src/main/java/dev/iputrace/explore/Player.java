package dev.iputrace.explore;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.Stat;
import dev.iputrace.sim.World;

/**
 * Plays a schedule from the first state on: what a reader of the probes would have got. A step takes 1 ms, so that no
 * rule can excuse an order of events by the jitter of CPUs; an unmount that has waited for everything comes so late
 * that an io_end still live is stuck; and so late come the last counts where nothing can happen any more.
 */
public final class Player implements EventSource {
    private static final long STEP_NS = 1_000_000;
    private static final long PATIENCE_NS = 200_000_000_000L;

    private final World world;
    private final int[] moves;
    private final boolean ends;
    private final EventCell statCell = new EventCell();
    private final CellWriter writer = new CellWriter(statCell.buffer());
    private int next = -1;

    /** @param ends nothing can happen after these moves */
    Player(World world, int[] moves, boolean ends) {
        this.world = world;
        this.ends = ends;
        this.moves = moves.clone();
    }

    @Override
    public Provenance provenance() {
        return world.provenance();
    }

    /** One step at a time. */
    @Override
    public int drain(EventSink sink) {
        if (next == moves.length) {
            return END;
        }
        if (next < 0) {
            world.restart();
        } else {
            step(moves[next]);
        }
        next++;
        return send(world, sink);
    }

    private void step(int move) {
        world.sleepNs(STEP_NS);
        if (world.isUnmounting(Move.task(move))) {
            world.sleepNs(PATIENCE_NS);
        }
        if (!world.step(Move.task(move), Move.choice(move))) {
            throw new IllegalStateException("explore: step=" + next + " has to wait, want it to go");
        }
    }

    static int send(World world, EventSink sink) {
        int cells = 0;
        for (int offset = 0; offset < world.end(); offset += CellLayout.CELL_SIZE) {
            sink.cell(world.cell(offset));
            cells++;
        }
        return cells;
    }

    @Override
    public void stats(EventSink sink) {
        world.sleepNs(ends ? PATIENCE_NS : 0);
        for (int task = 0; task < world.tasks().size(); task++) {
            writer.begin(0, world.nowNs(), OpCode.STAT, 0, task, Stat.SEQ).word(0, world.seq(task));
            sink.cell(statCell);
        }
    }

    @Override
    public void stop() {
        next = moves.length;
    }

    @Override
    public void close() {
        next = moves.length;
    }
}
