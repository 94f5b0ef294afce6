package dev.iputrace.explore;

import dev.iputrace.explore.Exploration.Checked;
import dev.iputrace.explore.Exploration.Outcome;
import dev.iputrace.model.Rule;
import dev.iputrace.sim.World;
import dev.iputrace.sim.WorldOptions;
import dev.iputrace.sim.kernel.Cause;
import dev.iputrace.sim.kernel.Fault;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All interleavings of a scenario. Searches breadth first, which finds a shortest violating schedule; where nothing is
 * found the whole space was seen, or it is said that it was not. Then the real checker judges each transition once.
 * Equal options give equal results; one thread.
 */
public final class Explorer {
    private final WorldOptions worldOptions;
    private final ExploreOptions options;

    /**
     * How it goes, about once in 4096 states.
     *
     * @param judged transitions that the checker has judged; -1 while the search goes on
     */
    public record Progress(long states, long expanded, long transitions, int depth, long bytes, long judged) {}

    public Explorer(WorldOptions worldOptions, ExploreOptions options) {
        this.worldOptions = worldOptions;
        this.options = options;
    }

    /** Until all is seen or {@code goOn} says no; then what is known so far is returned. */
    public Exploration run(BooleanSupplier goOn, Consumer<Progress> progress) {
        World world = new World(worldOptions);
        Search search = new Search(world, options);
        search.run(goOn, () -> progress.accept(progress(search, -1)));
        CheckerPass pass = null;
        boolean complete = false;
        boolean exhausted = search.stopped == Search.Stopped.NOT;
        if (options.checker() && exhausted) {
            CheckerPass started = new CheckerPass(new World(worldOptions), search.graph);
            pass = started;
            complete = started.run(goOn, () -> progress.accept(progress(search, started.transitions)));
        }
        return result(search, world, pass, complete);
    }

    private static Progress progress(Search search, long judged) {
        StateGraph graph = search.graph;
        return new Progress(
                graph.states(), graph.statesExpanded(), graph.edges(), search.depth, search.bytes(), judged);
    }

    private Exploration result(Search search, World world, @Nullable CheckerPass pass, boolean complete) {
        StateGraph graph = search.graph;
        Checked checked = pass == null ? null : checked(pass, complete);
        boolean found = search.stopped == Search.Stopped.FOUND;
        boolean exhausted = search.stopped == Search.Stopped.NOT && (pass == null || complete);
        return new Exploration(
                outcome(search, found, exhausted),
                found || exhausted ? "" : why(search.stopped),
                found ? schedule(graph, search.foundState, search.foundMove, endsThere(search)) : null,
                Rule.of(search.foundRules),
                graph.states(),
                graph.statesExpanded(),
                graph.edges(),
                search.depth,
                search.stopped == Search.Stopped.NOT ? Interleavings.count(graph) : -1,
                search.ends,
                search.hangs,
                search.panics,
                breaches(search),
                search.orphanStates,
                search.orphanStates == 0 ? null : schedule(graph, search.firstOrphan, Search.NONE, false),
                checked,
                idleFaults(world),
                search.bytes());
    }

    private List<Fault> idleFaults(World world) {
        Set<Cause> causes = world.causes();
        return worldOptions.faults().stream()
                .filter(fault -> !causes.contains(fault.cause()))
                .toList();
    }

    private static Outcome outcome(Search search, boolean found, boolean exhausted) {
        if (found && (search.foundRules & ExploreOptions.WRONG) == 0 && search.panics == 0) {
            return Outcome.SUSPECT;
        }
        boolean wrong = search.panics > 0;
        for (Rule rule : Rule.of(ExploreOptions.WRONG)) {
            wrong |= search.breaches[rule.index()] > 0;
        }
        if (found || wrong) {
            return Outcome.VIOLATION;
        }
        return exhausted ? Outcome.NONE_VIOLATES : Outcome.NOT_EXHAUSTED;
    }

    private static boolean endsThere(Search search) {
        return search.foundMove == Search.NONE && search.foundRules != Rule.R9.bit();
    }

    private Checked checked(CheckerPass pass, boolean complete) {
        int[] alarm = pass.firstAlarm;
        return new Checked(
                complete,
                pass.transitions,
                pass.walks,
                pass.steps,
                pass.proofs,
                pass.suspicions,
                Rule.of(pass.rules),
                alarm == null ? null : new Schedule(worldOptions, alarm, false));
    }

    private String why(Search.Stopped stopped) {
        return switch (stopped) {
            case STATES -> "the bound of " + options.statesMax() + " states was reached";
            case MEMORY -> "the bound of " + (options.bytesMax() >> 20) + " MiB of memory was reached";
            case CONTENTS ->
                "one part of the kernel's memory had more than " + Part.CONTENTS_MAX
                        + " contents, which is a fixed bound";
            default -> "it was interrupted";
        };
    }

    private Schedule schedule(StateGraph graph, int state, int move, boolean ends) {
        int[] moves = graph.movesTo(state);
        if (move != Search.NONE) {
            moves = Arrays.copyOf(moves, moves.length + 1);
            moves[moves.length - 1] = move;
        }
        return new Schedule(worldOptions, moves, ends);
    }

    private static Map<Rule, Long> breaches(Search search) {
        Map<Rule, Long> breaches = new EnumMap<>(Rule.class);
        for (Rule rule : List.of(Rule.values())) {
            if (search.breaches[rule.index()] > 0) {
                breaches.put(rule, search.breaches[rule.index()]);
            }
        }
        return breaches;
    }
}
