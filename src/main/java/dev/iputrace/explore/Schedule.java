package dev.iputrace.explore;

import dev.iputrace.event.EventSource;
import dev.iputrace.model.Rule;
import dev.iputrace.sim.World;
import dev.iputrace.sim.WorldOptions;
import dev.iputrace.sim.kernel.Panic;
import dev.iputrace.sim.kernel.Symbols;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who does what in which order, from the first state on. */
public final class Schedule {
    private final World world;
    private final int[] moves;
    private final List<Step> steps = new ArrayList<>();
    private final boolean ends;
    private final List<Rule> brokenAtEnd;
    private @Nullable Panic panic;

    /**
     * One step of one task.
     *
     * @param number from 1
     * @param task index in {@link #tasks}
     * @param what it does, in a word or two of the kernel
     * @param inode slot of the inode concerned
     * @param state its i_count and the end of its i_state after the step; empty for free memory
     * @param broken rules that the events of this step break
     */
    public record Step(int number, int task, String what, int inode, String state, List<Rule> broken) {}

    /** @param ends nothing can happen after it, so that what is still live or held stays so */
    Schedule(WorldOptions options, int[] moves, boolean ends) {
        world = new World(options);
        this.moves = moves.clone();
        this.ends = ends;
        Ledger ledger = new Ledger(world.inodes(), world.ioEnds(), world.tasks().size());
        world.restart();
        world.events(event -> ledger.take(event, 0));
        for (int move : moves) {
            steps.add(step(move, ledger));
        }
        brokenAtEnd = ends ? Rule.of(ledger.atEnd()) : List.of();
        panic = world.panic();
    }

    private Step step(int move, Ledger ledger) {
        int task = Move.task(move);
        int inode = world.inodeOf(task);
        String what = world.nextStep(task);
        world.step(task, Move.choice(move));
        int[] broken = new int[1];
        world.events(event -> broken[0] |= ledger.take(event, task));
        int now = world.inodeOf(task);
        int about = now != 0 ? now : inode;
        return new Step(steps.size() + 1, task, what, about, world.describe(about), Rule.of(broken[0]));
    }

    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** Names of the tasks. */
    public List<String> tasks() {
        return world.tasks().stream().map(task -> task.comm()).toList();
    }

    /** What is broken if nothing happens any more: io_ends leaked, inodes left by an unmount. */
    public List<Rule> brokenAtEnd() {
        return brokenAtEnd;
    }

    /** What a BUG_ON at the last step printed; null when there was none. */
    public @Nullable Panic panic() {
        return panic;
    }

    /** The events, as probes would have sent them. */
    public EventSource play() {
        return new Player(world, moves, ends);
    }

    /** Names for the addresses in events and stacks. */
    public Symbols symbols() {
        return world.symbols();
    }
}
