package dev.iputrace.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Finding;
import dev.iputrace.check.Verdict;
import dev.iputrace.event.EventSource;
import dev.iputrace.explore.Exploration.Outcome;
import dev.iputrace.model.Rule;
import dev.iputrace.sim.Scenario;
import dev.iputrace.sim.WorldOptions;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExplorerTest {
    private static final WorldOptions SMALL =
            WorldOptions.of(Era.RHEL6_279, Scenario.SEED).withSize(1, 1, 1).withNodelalloc(true);

    /**
     * 16 steps of stress (creat 4, unlink 7, write, close and its last put 4), the timers, and 7 of kjournald2: commit,
     * next inode, writepages, init_io_end, igrab, its lock, return. All are needed: without the unlink nothing dies,
     * without the write nothing is written, and only kjournald2 or evict write what nobody holds.
     */
    @Test
    void shortestScheduleOfTheOldEraIgnoresARefusal() {
        Exploration result = explore(SMALL);

        assertThat(result.outcome()).isEqualTo(Outcome.VIOLATION);
        assertThat(result.foundRules()).containsExactly(Rule.R4);
        Schedule schedule = Objects.requireNonNull(result.found());
        assertThat(schedule.steps()).hasSize(24);
        assertThat(schedule.steps().get(23).broken()).containsExactly(Rule.R4);
        assertThat(schedule.steps().get(23).what()).isEqualTo("init returns");
        assertThat(schedule.steps().subList(0, 23))
                .allMatch(step -> step.broken().isEmpty());
        assertThat(replay(schedule)).containsExactly(Rule.R4);
    }

    @ParameterizedTest
    @CsvSource({"R1", "R2", "R3"})
    void laterDamageIsFoundAndReplayed(Rule rule) {
        Exploration result = new Explorer(SMALL, ExploreOptions.defaults().withRule(rule)).run(() -> true, at -> {});

        assertThat(result.outcome()).isEqualTo(Outcome.VIOLATION);
        assertThat(result.foundRules()).contains(rule);
        assertThat(replay(Objects.requireNonNull(result.found()))).contains(rule);
    }

    @Test
    void panicIsFound() {
        Exploration result = new Explorer(SMALL, ExploreOptions.defaults().untilPanic()).run(() -> true, at -> {});

        Schedule schedule = Objects.requireNonNull(result.found());
        assertThat(Objects.requireNonNull(schedule.panic()).rip()).startsWith("iput+");
        assertThat(replay(schedule)).contains(Rule.R2, Rule.R4);
    }

    @ParameterizedTest
    @CsvSource({
        "RHEL6_279_STOCK, SEED",
        "F7AD6D2E, SEED",
        "MODERN, SEED",
        "SILENT, SEED",
        "F7AD6D2E, SYNC",
        "MODERN, SYNC",
        "RHEL6_279, AIO",
        "F7AD6D2E, AIO",
        "MODERN, AIO",
        "F7AD6D2E, UMOUNT",
        "MODERN, UMOUNT",
        "F7AD6D2E, REUSE",
        "MODERN, REUSE"
    })
    void curedErasAreExhaustedAndNoneViolates(Era era, Scenario scenario) {
        WorldOptions world = WorldOptions.of(era, scenario).withSize(1, 1, 1).withNodelalloc(true);

        Exploration result = explore(world);

        assertThat(result.outcome()).isEqualTo(Outcome.NONE_VIOLATES);
        assertThat(result.breaches()).isEmpty();
        assertThat(result.hangs()).isZero();
        assertThat(result.panics()).isZero();
        assertThat(result.states()).isEqualTo(result.statesExpanded()).isGreaterThan(50);
        assertThat(result.interleavings()).isGreaterThan(10).isFinite();
        Exploration.Checked checked = Objects.requireNonNull(result.checked());
        assertThat(checked.complete()).isTrue();
        assertThat(checked.transitions()).isEqualTo(result.transitions());
        assertThat(checked.proofs()).isZero();
        assertThat(checked.suspicions()).isZero();
    }

    /** A leaked io_end outlives its inode by 200 s, so the checker names it R9 before it can be stuck, R8. */
    @ParameterizedTest
    @CsvSource({
        "MODERN, SEED, IGRAB_IGNORED, R4, R4",
        "F7AD6D2E, SEED, IGRAB_IGNORED, R4, R4",
        "MODERN, SEED, PUT_TWICE, R1, R1",
        "F7AD6D2E, UMOUNT, PUT_FORGOTTEN, R10, R10",
        "MODERN, SEED, IO_END_FREED_TWICE, R8, R8",
        "F7AD6D2E, SEED, IO_END_FREED_TWICE, R8, R8",
        "MODERN, UMOUNT, IO_END_LEAKED, R8, R9",
        "RHEL6_279_STOCK, AIO, IO_END_LEAKED, R8, R8",
        "MODERN, CACHE, IHOLD_ON_ZERO, R5, R5",
        "F7AD6D2E, SEED, IGRAB_IGNORES_FREEING, R6, R6"
    })
    void eachFaultIsFoundAndReplayed(Era era, Scenario scenario, Fault fault, Rule rule, Rule replayed) {
        WorldOptions world = WorldOptions.of(era, scenario)
                .withSize(1, 1, 1)
                .withNodelalloc(true)
                .withFaults(EnumSet.of(fault));

        Exploration result = explore(world);

        assertThat(result.outcome()).isEqualTo(Outcome.VIOLATION);
        assertThat(result.foundRules()).contains(rule);
        assertThat(replay(Objects.requireNonNull(result.found()))).contains(replayed);
    }

    @Test
    void boundIsNeverNoneViolates() {
        WorldOptions world = WorldOptions.of(Era.MODERN, Scenario.SEED);

        Exploration result =
                new Explorer(world, ExploreOptions.defaults().withStatesMax(1000)).run(() -> true, at -> {});

        assertThat(result.outcome()).isEqualTo(Outcome.NOT_EXHAUSTED);
        assertThat(result.why()).contains("1000 states");
        assertThat(result.states()).isEqualTo(1000);
        assertThat(result.interleavings()).isNegative();
        assertThat(ExplorationText.of(world, result)).anyMatch(line -> line.contains("NOT EXHAUSTED"));
    }

    @Test
    void memoryBoundIsNeverNoneViolates() {
        WorldOptions world = WorldOptions.of(Era.MODERN, Scenario.SYNC).withSize(1, 3, 1);

        Exploration result =
                new Explorer(world, ExploreOptions.defaults().withBytesMax(4 << 20)).run(() -> true, at -> {});

        assertThat(result.outcome()).isEqualTo(Outcome.NOT_EXHAUSTED);
        assertThat(result.why()).contains("4 MiB");
        assertThat(result.bytes()).isLessThan(8 << 20);
    }

    @Test
    void interruptedIsNotExhausted() {
        Exploration result = new Explorer(WorldOptions.of(Era.MODERN, Scenario.SEED), ExploreOptions.defaults())
                .run(() -> false, at -> {});

        assertThat(result.outcome()).isEqualTo(Outcome.NOT_EXHAUSTED);
        assertThat(result.why()).contains("interrupted");
    }

    @Test
    void sameInputGivesSameOutput() {
        List<String> first = ExplorationText.of(SMALL, explore(SMALL));

        assertThat(ExplorationText.of(SMALL, explore(SMALL))).isEqualTo(first);
        assertThat(ExplorationJson.of(SMALL, explore(SMALL), 10))
                .isEqualTo(ExplorationJson.of(SMALL, explore(SMALL), 10));
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void everyLineFitsATerminal(Scenario scenario) {
        WorldOptions world = WorldOptions.of(Era.RHEL6_279, scenario)
                .withSize(1, 1, 1)
                .withNodelalloc(true)
                .withFaults(EnumSet.of(Fault.PUT_TWICE));

        assertThat(ExplorationText.of(world, explore(world))).allMatch(line -> line.length() <= 80);
    }

    private static Exploration explore(WorldOptions world) {
        return new Explorer(world, ExploreOptions.defaults()).run(() -> true, at -> {});
    }

    /** What the real checker says of the events of a schedule. */
    private static Set<Rule> replay(Schedule schedule) {
        Set<Rule> rules = EnumSet.noneOf(Rule.class);
        try (EventSource source = schedule.play()) {
            List<Finding> findings = new ArrayList<>();
            Checker checker = new Checker(source.provenance(), CheckerOptions.defaults(), findings::add);
            while (source.drain(checker) != EventSource.END) {}
            source.stats(checker);
            Verdict verdict = checker.finish().verdict();
            boolean proof = findings.stream().anyMatch(Finding::isProof);
            assertThat(verdict).isEqualTo(proof ? Verdict.VIOLATION : Verdict.SUSPECT);
            for (Finding finding : findings) {
                rules.add(finding.rule());
                rules.addAll(finding.also());
            }
        }
        return rules;
    }
}
