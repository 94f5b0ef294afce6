package dev.iputrace.trace.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.event.Op;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real traces of a Debian 6.1 guest, as captured by each tool. */
class SamplesTest {
    @TempDir
    Path folder;

    /** Counts by grep over the files: iputs with an inode, entries of init that have a return, igrabs. */
    @ParameterizedTest
    @CsvSource({
        "trace_default.txt, ftrace, 13, 6, 0",
        "trace_record-tgid.txt, ftrace, 14, 6, 0",
        "trace_latency-format.txt, ftrace, 13, 6, 0",
        "trace_pipe_mono.txt, ftrace, 13, 6, 0",
        "trace_pipe_lost.txt, ftrace, 78, 36, 0",
        "tc_report.txt, trace-cmd, 20, 6, 1",
        "tc_report_R.txt, trace-cmd, 5, 6, 0",
        "tc_report_t.txt, trace-cmd, 5, 6, 0",
        "perf_script.txt, perf, 16, 0, 0",
        "perf_script_F.txt, perf, 16, 0, 0",
    })
    void everyEventLineIsMatched(String file, String source, int iputs, int inits, int igrabs) throws Exception {
        Imports imports = Imports.sample(file);

        assertThat(imports.provenance().entries())
                .containsEntry("import_unmatched", "0")
                .doesNotContainKeys("incomplete.lines", "incomplete.strange", "incomplete.events", "incomplete.fields");
        assertThat(imports.provenance().source()).isEqualTo(source);
        assertThat(imports.count(Op.IPUT)).isEqualTo(iputs);
        assertThat(imports.count(Op.IO_END_INIT)).isEqualTo(inits);
        assertThat(imports.count(Op.IGRAB)).isEqualTo(igrabs);
        assertThat(imports.count(Op.LOSS)).isZero();
    }

    @Test
    void entryAndReturnOfOneCallAreOneEvent() throws Exception {
        Imports imports = Imports.sample("tc_report_t.txt");

        assertThat(imports.cells())
                .contains("io_end_init 30.044697680 cpu1 tid25 inode=ff201e80022c8a78 io_end=ff201e8002192200 i_ino=0 "
                        + "i_count=1 i_state=0 flags=0 caller=ffffffffc03905c8")
                .hasSize(11);
        assertThat(Imports.sample("tc_report.txt").cells())
                .contains("igrab 30.224695000 cpu1 tid231 inode=ff201e8001456470 io_end=0 i_ino=11662 i_count=1 "
                        + "i_state=0 flags=0 caller=ffffffff8ea05c64");
    }

    /** 739 events were dropped here without a word: no marker is not complete. */
    @Test
    void withoutStatsFilesNobodyKnowsWhetherItIsAll() throws Exception {
        assertThat(Imports.sample("trace_pipe_lost.txt").provenance().get("completeness"))
                .isEqualTo("unknown");
    }

    @Test
    void whatTheTraceLacksIsSaid() throws Exception {
        Map<String, String> entries =
                Imports.sample("trace_default.txt").provenance().entries();

        assertThat(entries)
                .containsEntry("seq", "none")
                .containsEntry("missing.igrab", "not in the trace")
                .containsEntry("probe.iput", "text:iput")
                .containsEntry("missing_field.iput.i_state", "not in the trace")
                .doesNotContainKey("missing_field.iput.i_count")
                .doesNotContainKey("i_freeing");
        assertThat(Imports.sample("perf_script.txt").provenance().get("missing.io_end_init"))
                .isEqualTo("its return is not in the trace");
    }

    @Test
    void theReleaseInTheHeadGivesTheBitsOfIState() throws Exception {
        Map<String, String> entries =
                Imports.sample("trace_latency-format.txt").provenance().entries();

        assertThat(entries)
                .containsEntry("kernel", "6.1.0-56-amd64")
                .containsEntry("i_freeing", "0x20")
                .containsEntry("iput_panics", "1");
    }

    /** The stats of CPU 0 alone: of CPU 1 they say nothing, and of another trace nothing at all. */
    @Test
    void statsThatFitVouchForCompleteness() throws Exception {
        String cpu0 = Files.readString(resource("stats.txt"));
        Path stats =
                Files.writeString(folder.resolve("stats"), cpu0 + cpu0.replace("read events: 78", "read events: 96"));

        Imports whole = Imports.sample("trace_pipe_lost.txt", vouchedBy(stats));
        Imports half = Imports.sample("trace_pipe_lost.txt", vouchedBy(resource("stats.txt")));
        Imports other = Imports.sample("trace_default.txt", vouchedBy(stats));

        assertThat(whole.provenance().entries())
                .containsEntry("completeness", "stats")
                .doesNotContainKey("incomplete.text");
        assertThat(whole.count(Op.LOSS)).isZero();
        assertThat(half.provenance().entries())
                .containsEntry("completeness", "unknown")
                .containsEntry(
                        "incomplete.text",
                        "the stats do not match the trace, and cannot vouch for it: they are of 1 CPU, the trace of 2");
        assertThat(other.provenance().get("incomplete.text"))
                .contains("count 78 + 96 events", "lines of 29 events (8 on cpu 0, 21 on cpu 1)");
    }

    @ParameterizedTest
    @CsvSource({"trace_default.txt, 8, 21", "trace_latency-format.txt, 16, 13", "trace_record-tgid.txt, 12, 18"})
    void aTraceHasTheEventsThatItsHeadAndItsRingCount(String file, int cpu0, int cpu1) throws Exception {
        Path stats = Files.writeString(folder.resolve("stats"), CleanTrace.stats(cpu0, 0) + CleanTrace.stats(cpu1, 0));

        Map<String, String> entries =
                Imports.sample(file, vouchedBy(stats)).provenance().entries();

        assertThat(entries).doesNotContainKey("incomplete.head");
        assertThat(entries.get("incomplete.text")).isNull();
    }

    private static ImportOptions vouchedBy(Path stats) {
        return new ImportOptions(Map.of(), Map.of(), null, List.of(stats));
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(SamplesTest.class.getResource("/traces/" + name))
                .toURI());
    }
}
