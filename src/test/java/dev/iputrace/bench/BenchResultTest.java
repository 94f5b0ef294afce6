package dev.iputrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BenchResultTest {
    private static RingBench.Result result(double load, double javaMillions, double ratio, long stalls) {
        SaturatedBench.Row java = row("Java", javaMillions);
        SaturatedBench.Row c = row("C", 20);
        SustainedBench.Result sustained =
                new SustainedBench.Result(60_000_000, 0, 0, 60, 0.2, 60_000, 125_000, 700_000, 900_000, 0.001, 0);
        return new RingBench.Result(
                BenchOptions.of(60, 1_000_000, 1000),
                new Machine("some CPU", 2, 24, "6.1", "17", load, load > 1 ? 0.9 : 0),
                new SaturatedBench.Result(java, java, c, c, new Spread(ratio, ratio, ratio), 42),
                sustained,
                sustained,
                6_000_000,
                stalls,
                7);
    }

    private static SaturatedBench.Row row(String name, double millions) {
        SaturatedBench.Row row = SaturatedBench.Row.named(name);
        row.add((long) (millions * 1e6), 1_000_000_000, 500_000_000);
        return row;
    }

    @Test
    void allGoalsMetPasses() {
        assertThat(result(0.5, 12, 0.9, 0).passed()).isTrue();
    }

    @Test
    void slowOnAQuietMachineIsMissed() {
        RingBench.Result slow = result(0.5, 7, 0.9, 0);

        assertThat(slow.passed()).isFalse();
        assertThat(BenchText.of(slow)).contains("missed");
    }

    @Test
    void slowOnALoadedMachineIsNotJudged() {
        RingBench.Result slow = result(6, 7, 0.9, 0);

        assertThat(slow.passed()).isTrue();
        assertThat(BenchText.of(slow))
                .contains("not judged")
                .contains("load average 6.00")
                .contains("UNDER LOAD");
    }

    @Test
    void ratioAndLostWakeUpsAreJudgedAlways() {
        assertThat(result(6, 12, 0.7, 0).passed()).isFalse();
        assertThat(result(6, 12, 0.9, 1).passed()).isFalse();
    }

    @Test
    void textFitsEightyColumns() {
        assertThat(BenchText.of(result(6, 7.123, 0.7, 3)).lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void jsonIsOneLineWithItsSchema() {
        String json = BenchJson.of(result(0.5, 12, 0.9, 0));

        assertThat(json.lines()).hasSize(1);
        assertThat(json)
                .startsWith("{\"schema\":\"iputrace.bench.ring/1\"")
                .contains("\"wakeups_lost\":0", "\"passed\":true", "\"checker_to_c\":{\"median\":0.9");
    }

    @Test
    void medianOfAnEvenNumberIsBetweenTheTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(new Spread(2.5, 1, 4));
        assertThat(Spread.of(List.of(3.0, 1.0, 2.0)).median()).isEqualTo(2);
    }

    @Test
    void optionsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> BenchOptions.of(0, 1_000_000, 1000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seconds=0");
    }
}
