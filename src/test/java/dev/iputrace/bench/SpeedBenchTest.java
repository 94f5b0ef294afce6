package dev.iputrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iputrace.check.Checker;
import dev.iputrace.check.Summary;
import dev.iputrace.check.Verdict;
import dev.iputrace.model.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benches measure what they say, and refuse to when somebody is wrong. */
class SpeedBenchTest {
    private static final int INODES = 2000;

    @TempDir
    private Path folder;

    private static Summary checked(TraceData data) {
        Checker checker = CheckBench.newChecker();
        data.feed(checker);
        return checker.finish();
    }

    @Test
    void dataWithoutSeedsIsClean() {
        TraceData data = new TraceData(INODES, 100_000, 0);
        Summary summary = checked(data);

        assertThat(summary.verdict()).as("%s", summary.reasons()).isEqualTo(Verdict.OK);
        assertThat(summary.eventsTotal()).isEqualTo(data.made()).isGreaterThanOrEqualTo(INODES + 100_000);
        assertThat(summary.inodesTracked()).isEqualTo(INODES);
    }

    @Test
    void eachSeedIsOneViolation() {
        Summary summary = checked(new TraceData(INODES, 100_000, 30));

        assertThat(CheckBench.violations(summary)).isEqualTo(30);
        assertThat(summary.badPuts()).isEqualTo(10);
        assertThat(summary.rule(Rule.R8).proofs()).isEqualTo(10);
        assertThat(summary.rule(Rule.R7).proofs()).isEqualTo(10);
    }

    @Test
    void referenceInCFindsTheSame() throws IOException {
        Path cells = folder.resolve("cells");
        TraceData data = new TraceData(INODES, 50_000, 12);
        data.write(cells);
        try (RigProgram rig = RigProgram.unpack()) {
            for (String mode : List.of("file", "prefetch")) {
                Measured measured = Rival.reference(rig.checkFile(mode, cells, INODES), INODES);

                assertThat(measured.events()).isEqualTo(data.made());
                assertThat(measured.violations()).isEqualTo(12);
                assertThat(measured.measuredEvents()).isEqualTo(data.made() - INODES);
            }
        }
    }

    @Test
    void wrongAnswerIsNoResult() {
        Contest contest = new Contest("odd", 10, 2, new ArrayList<>(), step -> {})
                .add("right", () -> Measured.all(10, 2, 1))
                .add("counts only", () -> Measured.all(10, -1, 1))
                .add("blind", () -> Measured.all(10, 1, 1));

        assertThatThrownBy(() -> contest.measure(1))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("odd: blind: events=10, want=10, violations=1, want=2");
    }

    @Test
    void rivalThatIsNotInstalledIsNamedWithItsPackage() throws IOException {
        List<String> notes = new ArrayList<>();
        Section section = new Contest("t", 1, 0, notes, step -> {})
                .add("ours", () -> Measured.all(1, 0, 1))
                .addRival("theirs", "no-such-tool", () -> Measured.all(1, 0, 1))
                .measure(2);

        assertThat(section.rows()).containsOnlyKeys("ours");
        assertThat(section.ratio("ours", "theirs")).isZero();
        assertThat(notes).containsExactly("left out: no-such-tool is not installed: apt-get install no-such-tool");
    }

    @Test
    void ratioIsTheMedianOfTheRounds() throws IOException {
        double[] seconds = {9, 1, 2, 4};
        int[] round = {0};
        Section section = new Contest("t", 1, 0, new ArrayList<>(), step -> {})
                .add("a", () -> Measured.all(1, 0, seconds[round[0]]))
                .add("b", () -> Measured.all(1, 0, 2 * seconds[round[0]++] - 1))
                .measure(3);

        assertThat(section.ratio("a", "b")).isEqualTo(1.5);
    }

    @Test
    void figuresReplaceThoseOfTheLastRunAndNothingElse() throws IOException {
        String page = """
                # Speed
                <!-- figures: begin; written by iputrace bench all --write -->
                old
                <!-- figures: end -->
                tail
                """;
        String figures = PerformancePage.figures(
                Instant.parse("2026-01-01T00:00:00Z"), Map.of("check", "load: UNDER LOAD\n"), true);

        String replaced = PerformancePage.replaced(page, figures);

        assertThat(replaced)
                .startsWith("# Speed\n<!-- figures: begin")
                .endsWith("<!-- figures: end -->\ntail\n")
                .contains("Measured at 2026-01-01T00:00:00Z, with --quick", "### bench check", "trust ratios")
                .doesNotContain("old");
        assertThat(PerformancePage.replaced(replaced, figures)).isEqualTo(replaced);
        assertThatThrownBy(() -> PerformancePage.replaced("# Speed\n", figures)).isInstanceOf(IOException.class);
    }

    @Test
    void pageOfTheProjectHasAPlaceForFigures() throws IOException {
        String page = Files.readString(Path.of("docs/PERFORMANCE.md"));

        assertThat(PerformancePage.replaced(page, "figures\n")).contains("\nfigures\n");
    }

    @Test
    void resultIsTextAndJson() throws IOException {
        Section section = new Contest("a title", 1, 0, new ArrayList<>(), step -> {})
                .add("ours", () -> Measured.all(1, 0, 1))
                .add("theirs", () -> Measured.all(1, 0, 2))
                .measure(1);
        double ratio = section.ratio("ours", "theirs");
        BenchResult result = new BenchResult(
                "check",
                new Machine("some CPU", 2, 24, "6.1", "17", 0.1, 0),
                List.of(section),
                List.of("a fact"),
                List.of(Goal.atLeast("ratio", 3, ratio, "%.1f", false)),
                List.of("a note"));

        assertThat(result.passed()).isFalse();
        assertThat(BenchText.of(result)).contains("a title", "times theirs", "2.00 [2.00-2.00]", "missed", "a note");
        assertThat(BenchJson.of(result))
                .startsWith("{\"schema\":\"iputrace.bench.check/1\"")
                .contains("\"ratios\":{\"theirs\":{\"median\":2.0", "\"quiet\":true", "\"passed\":false");
    }
}
