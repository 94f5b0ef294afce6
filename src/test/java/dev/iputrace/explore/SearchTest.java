package dev.iputrace.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.model.Rule;
import dev.iputrace.sim.Scenario;
import dev.iputrace.sim.World;
import dev.iputrace.sim.WorldOptions;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the search rests on: steps, states, and a ledger that remembers what the checker does. */
class SearchTest {
    private static final ExploreOptions ALL = new ExploreOptions(0, false, Long.MAX_VALUE, 1 << 28, true);

    @ParameterizedTest
    @EnumSource(Era.class)
    void stepThatWaitsChangesNothing(Era era) {
        for (Scenario scenario : Scenario.values()) {
            WorldOptions options =
                    WorldOptions.of(era, scenario).withSize(1, 1, 1).withNodelalloc(true);
            World world = new World(options);
            Search search = new Search(world, ALL.withStatesMax(30_000));
            search.run(() -> true, () -> {});
            long waits = 0;
            for (int state = 0; state < search.graph.states(); state++) {
                search.expander.load(search.graph, state);
                for (int task = 0; task < world.tasks().size(); task++) {
                    for (int choice = world.choices(task) - 1; choice >= 0; choice--) {
                        if (world.step(task, choice)) {
                            search.expander.encode(task);
                            search.expander.back();
                        } else if (waits++ >= 0 && !search.expander.isUnchanged()) {
                            throw new AssertionError(scenario + ": " + world.nextStep(task) + " changed the memory");
                        }
                    }
                }
            }
            assertThat(waits).isGreaterThan(search.graph.states());
        }
    }

    /** The count of a plain search that keeps whole memories in a map. */
    @ParameterizedTest
    @EnumSource(
            value = Era.class,
            names = {"F7AD6D2E", "MODERN"})
    void statesAreThoseOfAPlainSearch(Era era) {
        WorldOptions options = WorldOptions.of(era, Scenario.AIO).withSize(1, 2, 1);
        Search search = new Search(new World(options), ALL);
        search.run(() -> true, () -> {});
        World world = new World(options);
        Map<List<Integer>, Integer> known = new HashMap<>();
        List<int[]> queue = new java.util.ArrayList<>(List.of(world.memory().clone()));
        known.put(boxed(world.memory()), 0);
        int transitions = 0;
        for (int at = 0; at < queue.size(); at++) {
            for (int task = 0; task < world.tasks().size(); task++) {
                set(world, queue.get(at));
                for (int choice = world.choices(task) - 1; choice >= 0; choice--) {
                    set(world, queue.get(at));
                    if (world.step(task, choice)) {
                        transitions++;
                        if (known.putIfAbsent(boxed(world.memory()), at) == null) {
                            queue.add(world.memory().clone());
                        }
                    }
                }
            }
        }

        assertThat(search.graph.states()).isEqualTo(queue.size());
        assertThat(search.graph.edges()).isEqualTo(transitions);
    }

    private static void set(World world, int[] memory) {
        System.arraycopy(memory, 0, world.memory(), 0, memory.length);
    }

    private static List<Integer> boxed(int[] memory) {
        return Arrays.stream(memory).boxed().toList();
    }

    /** Each rule that the checker reports on any schedule of a broken kernel, the search has seen, and the reverse. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"IGRAB_IGNORED", "PUT_TWICE", "IO_END_FREED_TWICE", "IHOLD_ON_ZERO", "IGRAB_IGNORES_FREEING"})
    void ledgerAndCheckerAgreeOnWhatABrokenKernelBreaks(Fault fault) {
        Scenario scenario = fault == Fault.IHOLD_ON_ZERO ? Scenario.CACHE : Scenario.SEED;
        WorldOptions options = WorldOptions.of(Era.F7AD6D2E, scenario)
                .withSize(1, 1, 1)
                .withNodelalloc(true)
                .withFaults(EnumSet.of(fault));
        Search search = new Search(new World(options), ALL.withStatesMax(20_000));
        search.run(() -> true, () -> {});
        CheckerPass pass = new CheckerPass(new World(options), search.graph);
        pass.run(() -> true, () -> {});
        int bySearch = 0;
        for (Rule rule : Rule.values()) {
            boolean atEvent = rule != Rule.R9 && rule != Rule.R10;
            bySearch |= atEvent && search.breaches[rule.index()] > 0 ? rule.bit() : 0;
        }

        assertThat(Rule.of(pass.rules)).isNotEmpty().isEqualTo(Rule.of(bySearch));
    }

    @Test
    void interleavingsOfADiamondAreTwo() {
        StateGraph graph = new StateGraph(4, 100, 1 << 24);
        for (long state = 0; state < 4; state++) {
            long[] vector = {state};
            graph.add(vector, 0, StateGraph.hash(vector, 0, 1), (int) state - 1);
        }
        edges(graph, 1, 2);
        edges(graph, 3);
        edges(graph, 3);
        edges(graph);

        assertThat(Interleavings.count(graph)).isEqualTo(2);
    }

    @Test
    void interleavingsThatComeBackAreInfinite() {
        StateGraph graph = new StateGraph(4, 100, 1 << 24);
        for (long state = 0; state < 2; state++) {
            long[] vector = {state};
            graph.add(vector, 0, StateGraph.hash(vector, 0, 1), (int) state - 1);
        }
        edges(graph, 1);
        edges(graph, 0);

        assertThat(Interleavings.count(graph)).isInfinite();
    }

    private static void edges(StateGraph graph, int... targets) {
        for (int target : targets) {
            graph.edge(target, 0);
        }
        graph.expanded();
    }

    @Test
    void equalStatesAreOneHoweverManyThereAre() {
        StateGraph graph = new StateGraph(8, Long.MAX_VALUE, 1 << 28);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 200_000; i++) {
                long[] vector = {i * 0x10001L, i >>> 3};
                assertThat(graph.add(vector, 0, StateGraph.hash(vector, 0, 2), -1))
                        .isEqualTo(i);
            }
        }

        assertThat(graph.states()).isEqualTo(200_000);
    }
}
