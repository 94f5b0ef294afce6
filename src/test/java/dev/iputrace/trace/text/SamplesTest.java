package dev.iputrace.trace.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.event.Op;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real traces of a Debian 6.1 guest, as captured by each tool. */
class SamplesTest {
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

        assertThat(imports.provenance().get("import_unmatched")).isEqualTo("0");
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

    @Test
    void statsFilesVouchForCompleteness() throws Exception {
        ImportOptions options = new ImportOptions(Map.of(), Map.of(), null, List.of(resource("stats.txt")));

        Imports imports = Imports.sample("trace_default.txt", options);

        assertThat(imports.provenance().get("completeness")).isEqualTo("stats");
        assertThat(imports.count(Op.LOSS)).isZero();
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(SamplesTest.class.getResource("/traces/" + name))
                .toURI());
    }
}
