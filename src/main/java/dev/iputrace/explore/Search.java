package dev.iputrace.explore;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.model.Rule;
import dev.iputrace.sim.World;
import java.util.function.BooleanSupplier;

/**
 * Breadth first over all states that a world can get into, so what is found first is found by a shortest schedule. A
 * step is judged when it is taken: its events by the {@link Ledger}, the end of a schedule when no task can go on.
 *
 * <p>No partial order reduction beyond the steps that {@code sim.kernel.Machine} takes together, with the proof there:
 * dropping more would no longer leave the shortest schedule, and nearly all other steps touch words that others read.
 * No symmetry: slabs and sets give out the lowest free slot, which is canonical already; equal tasks are kept apart.
 *
 * <p>Hot path: a third of a microsecond per transition; allocates when tables grow only.
 */
final class Search {
    private static final int LOOK_MASK = 0xfff;
    /** No state, no move. */
    static final int NONE = -1;

    final StateGraph graph;
    private final World world;
    private final Ledger ledger;
    private final Expander expander;
    private final ExploreOptions options;
    private final int tasks;

    /** Transitions that break each rule, by {@link Rule#index}. */
    final long[] breaches = new long[Rule.values().length];

    long orphanStates;
    int firstOrphan = NONE;
    long ends;
    long panics;
    long hangs;
    int depth;
    private int levelEnd = 1;
    Stopped stopped = Stopped.NOT;

    /** What was looked for: the state it was found from, the move (NONE: none, at its end), and the rules. */
    int foundState = NONE;

    int foundMove = NONE;
    int foundRules;
    private int foundLength = Integer.MAX_VALUE;

    /** Why the search ended before all was seen. */
    enum Stopped {
        NOT,
        FOUND,
        STATES,
        MEMORY,
        CONTENTS,
        ASKED
    }

    Search(World world, ExploreOptions options) {
        this.world = world;
        this.options = options;
        tasks = world.tasks().size();
        ledger = new Ledger(world.inodes(), world.ioEnds(), tasks);
        world.restart();
        for (int offset = 0; offset < world.end(); offset += CellLayout.CELL_SIZE) {
            ledger.take(world.cell(offset), 0);
        }
        expander = new Expander(world, ledger);
        graph = new StateGraph(expander.numbers(), options.statesMax(), options.bytesMax());
        long[] first = expander.encodeAll();
        if (first == null || graph.add(first, NONE) != 0) {
            throw new IllegalStateException("explore: the first state found no room");
        }
    }

    /** Searches until all is seen, something is found, a bound is reached or {@code goOn} says no. */
    void run(BooleanSupplier goOn, Runnable tick) {
        for (int state = 0; state < graph.states() && stopped == Stopped.NOT; state++) {
            if ((state & LOOK_MASK) == 0) {
                tick.run();
                if (!goOn.getAsBoolean()) {
                    stopped = Stopped.ASKED;
                    return;
                }
            }
            if (state == levelEnd) {
                depth++;
                levelEnd = graph.states();
            }
            if (depth >= foundLength) {
                break;
            }
            expand(state);
        }
        if (stopped == Stopped.NOT && foundState != NONE) {
            stopped = Stopped.FOUND;
        }
    }

    private void expand(int state) {
        expander.load(graph, state);
        if (ledger.hasPanicked()) {
            graph.expanded();
            return;
        }
        if (ledger.hasOrphan()) {
            orphanStates++;
            firstOrphan = firstOrphan == NONE ? state : firstOrphan;
        }
        int before = graph.edges();
        for (int task = 0; task < tasks; task++) {
            int choices = world.choices(task);
            for (int choice = 0; choice < choices; choice++) {
                if (!world.step(task, choice)) {
                    continue;
                }
                if (!arrive(state, task, choice)) {
                    return;
                }
            }
        }
        if (graph.edges() == before) {
            end(state);
        }
        graph.expanded();
    }

    /** Judges the step just taken, stores where it led, and goes back; false when there is no room. */
    private boolean arrive(int state, int task, int choice) {
        int broken = 0;
        for (int offset = 0; offset < world.end(); offset += CellLayout.CELL_SIZE) {
            broken |= ledger.take(world.cell(offset), task);
        }
        boolean dead = world.isDead();
        if (dead) {
            ledger.panicked();
        }
        long[] vector = expander.encode();
        int target = vector == null ? StateGraph.NO_ROOM : graph.add(vector, state);
        expander.back();
        if (target == StateGraph.NO_ROOM) {
            stopped = vector == null ? Stopped.CONTENTS : graph.isAtStatesMax() ? Stopped.STATES : Stopped.MEMORY;
            return false;
        }
        int move = Move.of(task, choice);
        graph.edge(target, move);
        if (dead && graph.wasAdded()) {
            panics++;
        }
        if (broken != 0) {
            broken(broken);
        }
        boolean sought = (broken & options.soughtRules()) != 0 || (dead && options.panic());
        if (sought && foundState == NONE) {
            found(state, move, broken, depth + 1);
        }
        return true;
    }

    private void end(int state) {
        ends++;
        boolean hung = false;
        for (int task = 0; task < tasks; task++) {
            hung |= world.tasks().get(task).isUser() && !world.hasExited(task);
        }
        hangs += hung ? 1 : 0;
        int broken = ledger.atEnd();
        if (broken != 0) {
            broken(broken);
        }
        if ((broken & options.soughtRules()) != 0 && depth < foundLength) {
            found(state, NONE, broken, depth);
        }
    }

    private void broken(int rules) {
        for (int left = rules; left != 0; left &= left - 1) {
            breaches[Integer.numberOfTrailingZeros(left)]++;
        }
    }

    private void found(int state, int move, int rules, int length) {
        foundState = state;
        foundMove = move;
        foundRules = rules;
        foundLength = length;
    }

    long bytes() {
        return graph.bytes() + expander.bytes();
    }
}
