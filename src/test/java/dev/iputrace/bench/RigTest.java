package dev.iputrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Summary;
import dev.iputrace.check.Verdict;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rig and the readers agree about the same stream, across a process border. */
@Timeout(120)
class RigTest {
    private static RigProgram rig;

    @BeforeAll
    static void unpack() {
        rig = RigProgram.unpack();
    }

    @AfterAll
    static void remove() {
        rig.close();
    }

    private static Checker checker() {
        return new Checker(RigProvenance.of(), CheckerOptions.defaults(), finding -> {});
    }

    @Test
    void legalHistoryIsReadWholeAndClean() {
        RigOptions options = RigOptions.saturated(500_000, 1000);
        Checker checker = checker();

        ReadRun.Result result = ReadRun.run(rig, options, MeasuringSink.before(checker));
        Summary summary = checker.finish();

        assertThat(result.sink().events()).isEqualTo(500_000);
        assertThat(result.sink().lost()).isZero();
        assertThat(result.producer().produced()).isEqualTo(500_000);
        assertThat(summary.reasons()).isEmpty();
        assertThat(summary.verdict()).isEqualTo(Verdict.OK);
        assertThat(summary.loss().lost()).isZero();
    }

    @Test
    void everyReaderNamesTheSameSeededViolations() {
        RigOptions options = RigOptions.saturated(300_000, 500).withBad(7);
        Checker checker = checker();

        ReadRun.run(rig, options, MeasuringSink.counting(checker));
        long violations = checker.finish().badPuts();

        assertThat(violations).isPositive();
        assertThat(rig.read("libbpf", options).get("violations")).isEqualTo(violations);
        assertThat(rig.read("batch", options).get("violations")).isEqualTo(violations);
    }

    /** 4 KiB hold 56 events; the rest is dropped, and each drop is a hole in seq. */
    @Test
    void eachEventIsReadOrCountedAsDropped() {
        RigOptions options = new RigOptions(4096, 200_000, 4_000_000, 100, 0, true);

        ReadRun.Result result = ReadRun.run(rig, options, MeasuringSink.alone());

        long dropped = result.producer().dropped();
        assertThat(dropped).isPositive();
        assertThat(result.sink().events() + dropped).isEqualTo(200_000);
        assertThat(result.sink().lost()).isBetween(1L, dropped);
    }

    @Test
    void timedReaderIsNeverWokenByTheProducer() {
        RigOptions options = RigOptions.atRate(50_000, 500_000, 100);

        assertThat(ReadRun.run(rig, options, MeasuringSink.alone()).producer().get("wakeups"))
                .isZero();
    }

    @Test
    void ringOfAnotherSizeThanAPowerOfTwoIsRefused() {
        RigOptions options = new RigOptions(5000, 1, 0, 1, 0, true);

        assertThatThrownBy(() -> rig.serve(options))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("ring=5000");
        assertThatThrownBy(() -> rig.read("batch", options))
                .hasMessageContaining("exit=1")
                .hasMessageContaining("ring=5000");
    }

    @Test
    void rigEndsWhenItsReaderGoes() throws InterruptedException {
        Rig running = rig.serve(RigOptions.saturated(Long.MAX_VALUE / 2, 100));
        running.start();
        running.close();

        assertThat(running.ended(10)).isTrue();
    }
}
