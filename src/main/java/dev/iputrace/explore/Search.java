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
    private static final int LOOK_STATES = 1 << 12;
    private static final int BATCH_STATES = 64;
    /** No state, no move. */
    static final int NONE = -1;

    final StateGraph graph;
    private final World world;
    private final Ledger ledger;
    final Expander expander;
    private final Batch batch;
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
        batch = new Batch(graph.longs());
        if (first == null || graph.add(first, 0, StateGraph.hash(first, 0, first.length), NONE) != 0) {
            throw new IllegalStateException("explore: the first state found no room");
        }
    }

    /** Searches until all is seen, something is found, a bound is reached or {@code goOn} says no. */
    void run(BooleanSupplier goOn, Runnable tick) {
        int looked = 0;
        for (int state = 0; state < graph.states() && stopped == Stopped.NOT; ) {
            if (state >= looked) {
                looked = state + LOOK_STATES;
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
            int end = Math.min(levelEnd, state + BATCH_STATES);
            batch.count = 0;
            for (int source = state; source < end; source++) {
                if (!expand(source)) {
                    end = source;
                }
            }
            resolve(state, end);
            state = end;
        }
        if (stopped == Stopped.NOT && foundState != NONE) {
            stopped = Stopped.FOUND;
        }
    }

    /** All steps that can be taken in a state, into the batch; false when there is no room for all. */
    private boolean expand(int state) {
        expander.load(graph, state);
        if (ledger.hasPanicked()) {
            return true;
        }
        if (ledger.hasOrphan()) {
            orphan(state);
        }
        int before = batch.count;
        for (int task = 0; task < tasks; task++) {
            int choices = world.choices(task);
            for (int choice = 0; choice < choices; choice++) {
                if (world.step(task, choice) && !arrive(state, task, choice)) {
                    return false;
                }
            }
        }
        if (batch.count == before) {
            end(state);
        }
        return true;
    }

    /** Judges the step just taken, puts where it led into the batch, and goes back; false when there is no room. */
    private boolean arrive(int state, int task, int choice) {
        int broken = 0;
        for (int offset = 0; offset < world.end(); offset += CellLayout.CELL_SIZE) {
            broken |= ledger.take(world.cell(offset), task);
        }
        boolean dead = world.isDead();
        if (dead) {
            ledger.panicked();
        }
        long[] vector = expander.encode(task);
        if (vector == null) {
            stopped = Stopped.CONTENTS;
            return false;
        }
        batch.add(vector, state, Move.of(task, choice), broken, dead);
        expander.back();
        return true;
    }

    /** Looks up where the steps of these states led. */
    private void resolve(int firstSource, int endSource) {
        graph.fetch(batch);
        int next = 0;
        for (int source = firstSource; source < endSource; source++) {
            for (; next < batch.count && batch.sources[next] == source; next++) {
                if (!resolveOne(next)) {
                    return;
                }
            }
            graph.expanded();
        }
    }

    private boolean resolveOne(int at) {
        int source = batch.sources[at];
        int target = graph.add(batch.vectors, at * batch.longs, batch.hashes[at], source);
        if (target == StateGraph.NO_ROOM) {
            stopped = graph.isAtStatesMax() ? Stopped.STATES : Stopped.MEMORY;
            return false;
        }
        int move = batch.moves[at];
        int broken = batch.broken[at];
        boolean dead = batch.dead[at];
        graph.edge(target, move);
        panics += dead && graph.wasAdded() ? 1 : 0;
        if (broken != 0) {
            broken(broken);
        }
        boolean sought = (broken & options.soughtRules()) != 0 || (dead && options.panic());
        if (sought && foundState == NONE) {
            found(source, move, broken, depth + 1);
        }
        return true;
    }

    private void orphan(int state) {
        orphanStates++;
        firstOrphan = firstOrphan == NONE ? state : firstOrphan;
        if ((options.soughtRules() & Rule.R9.bit()) != 0 && depth < foundLength) {
            found(state, NONE, Rule.R9.bit(), depth);
        }
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
