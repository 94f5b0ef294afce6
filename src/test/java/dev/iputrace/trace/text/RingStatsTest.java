package dev.iputrace.trace.text;

import static dev.iputrace.trace.text.CleanTrace.STATS_0;
import static dev.iputrace.trace.text.CleanTrace.STATS_1;
import static dev.iputrace.trace.text.CleanTrace.stats;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.check.Verdict;
import dev.iputrace.fuzz.Drained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingStatsTest {
    /** As trace_pipe has it, with nothing announced. */
    private static final String PIPE = CleanTrace.TEXT.replaceAll("(?m)^#.*\n", "");

    @TempDir
    Path folder;

    @Test
    void aCleanTraceIsOkWithTheStatsOfEachCpu() throws Exception {
        assertThat(unknown(CleanTrace.TEXT, STATS_0, STATS_1)).isEmpty();
        assertThat(unknown(CleanTrace.TEXT, STATS_1 + STATS_0)).isEmpty();
        assertThat(unknown(CleanTrace.TEXT, STATS_0, STATS_1, stats(0, 0))).isEmpty();
        assertThat(unknown(PIPE, stats(0, 9), stats(0, 6))).isEmpty();
        assertThat(unknown(PIPE, stats(1, 8), stats(0, 6))).isEmpty();
    }

    @Test
    void statsThatDoNotMatchTheTraceDoNotVouchForIt() throws Exception {
        assertThat(mismatch(PIPE, STATS_0)).isEqualTo("they are of 1 CPU, the trace of 2");
        assertThat(mismatch(PIPE, stats(0, 0), stats(0, 0)))
                .isEqualTo("they count 0 events (entries and read events), the trace has lines of 15 events"
                        + " (9 on cpu 0, 6 on cpu 1)");
        assertThat(mismatch(PIPE, stats(9, 9), stats(6, 6))).startsWith("they count 12 + 18 events");
        assertThat(mismatch(PIPE, STATS_0, STATS_0)).startsWith("they count 9 + 9 events");
        assertThat(mismatch(PIPE, stats(8, 0), stats(7, 0))).startsWith("they count 7 + 8 events");
        assertThat(mismatch(PIPE.substring(0, 200), STATS_0, STATS_1)).startsWith("they count 6 + 9 events");
    }

    @Test
    void theSameFileTwiceIsOneCpu() throws Exception {
        Path file = Files.writeString(folder.resolve("stats"), STATS_0);

        Drained drained = CleanTrace.judged(PIPE, file, folder.resolve(".").resolve("stats"));

        assertThat(drained.summary().reasons())
                .containsExactly("the stats do not match the trace, and cannot vouch for it: they are of 1 CPU,"
                        + " the trace of 2");
    }

    /** A CPU without any line may have lost all: the head says how many there are. */
    @Test
    void aCpuOfTheHeadNeedsItsStatsToo() throws Exception {
        String text = CleanTrace.TEXT.replace("[001]", "[000]");

        assertThat(unknown(text, stats(15, 0), stats(0, 0))).isEmpty();
        assertThat(mismatch(text, stats(15, 0))).isEqualTo("they are of 1 CPU, the trace of 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"overrun", "commit overrun", "dropped events"})
    void eachCounterOfLossHasToBeThere(String name) throws Exception {
        String less = STATS_1.replaceAll("(?m)^" + name + ": 0\n", "");

        assertThat(mismatch(PIPE, STATS_0, less)).startsWith("a part of them lacks " + name);
        assertThat(mismatch(PIPE, STATS_0, STATS_1, name + ": 0\n")).isEqualTo("a part of them lacks entries");
    }

    @Test
    void whatTheStatsSayWasLostIsLoss() throws Exception {
        String lost = STATS_1.replace("dropped events: 0", "dropped events: 4");

        assertThat(CleanTrace.judged(folder, PIPE, STATS_0, lost)
                        .summary()
                        .loss()
                        .lost())
                .isEqualTo(4);
    }

    @Test
    void aTraceHasAsManyEventsAsItsHeadSays() throws Exception {
        String less = CleanTrace.TEXT.replaceAll(".*sched_wakeup.*\n", "");

        assertThat(unknown(less, STATS_0, stats(5, 0)))
                .containsExactly("the head of the trace counts 15 entries, and it has 14 lines of events");
        String latency = "# latency: 0 us, #3/5, CPU#0 | (M:desktop VP:0, KP:0, SP:0 HP:0 #P:2)\n";
        assertThat(CleanTrace.judged(latency + PIPE).provenance().get("incomplete.head"))
                .isEqualTo("the head of the trace counts 3 entries, and it has 15 lines of events");
        assertThat(CleanTrace.judged(latency + PIPE).summary().loss().lost()).isEqualTo(2);
    }

    /** The function tracer, stacks and marks fill the ring, too. */
    @Test
    void eventsOfAnyKindAreLinesOfTheRing() throws Exception {
        String others = """
                   rm-149   [000] .....     1.000016: vfs_unlink <-do_unlinkat
                   rm-149   [000] .....     1.000017: <stack trace>
                 => vfs_unlink
                 => do_unlinkat
                   rm-149   [000] .....     1.000018: tracing_mark_write: hello
                """;

        assertThat(unknown(PIPE + others, stats(12, 0), STATS_1)).isEmpty();
    }

    /** More than is kept until the first event of ours. */
    @Test
    void linesInFrontOfTheFirstEventOfOursAreCounted() throws Exception {
        String others = "   rm-149   [000] .....     1.000000: sched_wakeup: comm=kworker/0:1 pid=9\n".repeat(40_000);

        assertThat(unknown(others + PIPE, stats(40_009, 0), STATS_1)).isEmpty();
        assertThat(mismatch(others + PIPE, STATS_0, STATS_1)).endsWith("(40009 on cpu 0, 6 on cpu 1)");
    }

    private List<String> unknown(String text, String... stats) throws IOException {
        Drained drained = CleanTrace.judged(folder, text, stats);
        assertThat(drained.summary().verdict())
                .isEqualTo(drained.summary().reasons().isEmpty() ? Verdict.OK : Verdict.UNKNOWN);
        return drained.summary().reasons();
    }

    private String mismatch(String text, String... stats) throws IOException {
        Drained drained = CleanTrace.judged(folder, text, stats);

        assertThat(drained.summary().verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(drained.provenance().get("completeness")).isEqualTo("unknown");
        return drained.provenance()
                .get("incomplete.text", "")
                .replace("the stats do not match the trace, and cannot vouch for it: ", "");
    }
}
