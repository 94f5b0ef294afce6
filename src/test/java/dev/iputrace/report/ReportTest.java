package dev.iputrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.iputrace.check.Finding;
import dev.iputrace.check.HistoryFile;
import dev.iputrace.check.HistoryRun;
import dev.iputrace.event.Provenance;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Path SEED =
            Path.of("src/test/resources/histories/bad/ignored-refusal-then-put-on-freeing-inode.history");

    private static final String KALLSYMS = """
            ffffffff81001000 T ext4_init_io_end\t[ext4]
            ffffffff81002000 t ext4_free_io_end\t[ext4]
            ffffffff81003000 T process_one_work
            ffffffff81004000 T worker_thread
            """;

    private final HistoryRun run;
    private final Symbols symbols;

    ReportTest() throws IOException {
        run = HistoryFile.read(SEED).run();
        symbols = Kallsyms.read(new ByteArrayInputStream(KALLSYMS.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aViolationReadsLikeThis() {
        StringBuilder text = new StringBuilder();

        new TextReport(text, provenance(), symbols, false).finding(badPut());

        assertThat(text.toString()).isEqualTo("""
                        VIOLATION 2: R2 put-on-dying-inode, also R1
                          what      iput inside the free of an io_end
                          when      at 0.005100000 s on cpu 0, kworker/u4:1 (tid 9)
                          inode     i_ino 1, dev 8:1, at 0xffff888000000440, life 1 of this address
                          io_end    0xffff8880c0000080
                          i_count   0 at entry
                          i_state   0x20 I_FREEING, i_nlink 0
                          rule      The caller of iput owns a reference, and no reference exists once
                                    I_FREEING or I_CLEAR is set.
                          effect    i_count goes from 0 to -1 without a word; after clear_inode such a
                                    put is a panic, BUG_ON(I_CLEAR) in iput.

                          the reference was refused here: igrab = NULL inside ext4_init_io_end
                            at 0.004000000 s on cpu 0, kworker/u4:0 (tid 101), i_count 0
                              ext4_init_io_end+0x20/0x1000 [ext4]
                              worker_thread+0x0

                          the refusal was ignored here: ext4_init_io_end
                            at 0.004100000 s on cpu 0, kworker/u4:0 (tid 101), i_count 0
                              ext4_init_io_end+0x28/0x1000 [ext4]
                              worker_thread+0x0

                          and the put without a reference is here: iput inside the free of an io_end
                            at 0.005100000 s on cpu 0, kworker/u4:1 (tid 9), i_count 0
                              ext4_free_io_end+0x20/0x1000 [ext4]
                              process_one_work+0x0/0x1000
                              process_one_work+0x1/0x1000
                              process_one_work+0x2/0x1000
                              process_one_work+0x3/0x1000
                              process_one_work+0x4/0x1000
                              worker_thread+0x1

                          the last 11 events of this inode
                                 seconds cpu     tid  event         i_count  flags
                                0.001000   0     101  birth               -
                                0.002000   0     101  igrab               1
                                0.002100   0     101  io_end_init         1
                                0.002200   0       9  io_end_free         -
                                0.002300   0       9  iput                2
                                0.003000   0     101  iput                1  UNLINKED
                                0.003100   0     101  evict               0  I_FREEING UNLINKED
                                0.004000   0     101  igrab               0  REFUSED I_FREEING UNLINKED
                                0.004100   0     101  io_end_init         0  REFUSED I_FREEING UNLINKED
                                0.005000   0       9  io_end_free         -
                                0.005100   0       9  iput                0  I_FREEING UNLINKED

                        """);
    }

    @Test
    void theSummaryReadsLikeThis() {
        StringBuilder text = new StringBuilder();

        new TextReport(text, provenance(), symbols, false).summary(run.summary());

        assertThat(text.toString()).isEqualTo("""
                        verdict   VIOLATION: 3 proofs, 0 suspicions in 0.0 s of test, kernel 6.1.0-test
                        broken    R1 put-without-reference 1
                        broken    R2 put-on-dying-inode 1
                        broken    R4 refusal-ignored 1
                        unbroken  R2w R3 R5 R6 R7 R8 R9 R10
                        events    igrab 2 (1 refused), iput 3 (1 bad), io_end_init 2, io_end_free 2,
                                  birth 1, evict 1
                        window    entered 1 time (io_end started on an inode already I_FREEING); io_ends
                                  hold references here (igrab inside ext4_init_io_end)
                        callers   references taken and given back
                          ext4_free_io_end                 -2
                          ext4_init_io_end                 +1 (1 refused)
                          (caller unknown)                 -1
                        loss      none
                        """);
    }

    @Test
    void onlyHeadlinesAreColoured() {
        StringBuilder text = new StringBuilder();

        new TextReport(text, provenance(), symbols, true).finding(badPut());

        assertThat(text.toString().lines().filter(line -> line.contains("\033")))
                .containsExactly("\033[1;31mVIOLATION 2: R2 put-on-dying-inode, also R1\033[0m");
    }

    @Test
    void hostileTaskNamesReachNoTerminal() {
        HistoryRun hostile = HistoryFile.of("1ms iput A n=0", " comm \033[2J\u202e\u0007evil")
                .run();
        StringBuilder text = new StringBuilder();

        new TextReport(text, provenance(), symbols, false)
                .finding(hostile.findings().get(0));
        String json = new JsonReport(provenance(), symbols)
                .violation(hostile.findings().get(0));
        String kmsg = KmsgLine.of(hostile.findings().get(0), provenance());

        assertThat(text).contains("?[2J??evil");
        assertThat(json).contains("\\u001B[2J");
        assertThat(kmsg).contains("comm=?[2J??evil").matches("[\\x20-\\x7e]*");
        assertThat(text.toString() + json + kmsg).doesNotContain("\033", "\u0007");
    }

    @Test
    void theKmsgLineHoldsWhatMustOutliveAPanic() {
        String line = KmsgLine.of(badPut(), provenance());

        assertThat(line)
                .isEqualTo("iputrace: VIOLATION R2 put-on-dying-inode dev=8:1 ino=1 i_count=0 i_state=0x20 I_FREEING"
                        + " op=iput inode=0xffff888000000440 caller=0xffffffff81002000 cpu=0 tid=9 comm=kworker/u4:1"
                        + " ts=0.005100000")
                .hasSizeLessThanOrEqualTo(KmsgLine.BYTES_MAX);
    }

    @Test
    void theViolationIsOneJsonObject() throws IOException {
        String line = new JsonReport(provenance(), symbols).violation(badPut());

        assertThat(line)
                .doesNotContain("\n")
                .startsWith("{\"schema\":\"iputrace.violation/1\",\"source\":\"test\",\"number\":2,\"rule\":\"R2\"");
        assertThat(line)
                .contains("\"ts_ns\":\"5100000\"")
                .contains("\"inode\":\"0xffff888000000440\"")
                .contains("\"stack\":[\"ext4_free_io_end+0x20/0x1000 [ext4]\",\"process_one_work+0x0/0x1000\"");
        assertThat(names(line))
                .startsWith(
                        "schema",
                        "source",
                        "number",
                        "rule",
                        "title",
                        "also",
                        "strength",
                        "kernel",
                        "generation",
                        "event");
        assertThat(names(line)).endsWith("refusal", "init", "proof", "consequence", "history");
    }

    @Test
    void theVerdictIsTheAgreedObject() throws IOException {
        String line =
                new JsonReport(provenance(), symbols).verdict(run.summary(), 10, new EvidenceLog(null, null, symbols));

        assertThat(line)
                .startsWith("{\"schema\":\"iputrace.verdict/1\",\"verdict\":\"VIOLATION\",\"exit\":10,"
                        + "\"kernel\":\"6.1.0-test\",\"source\":\"test\",\"attach\":{\"level\":\"full\",\"probe");
        assertThat(line)
                .contains("\"counts\":{\"igrab\":2,\"igrab_refused\":1,\"iput\":3,\"bad_put\":1,"
                        + "\"io_end_init\":2,\"io_end_free\":2,");
        assertThat(line).contains("\"rules\":{\"R1\":1,\"R2\":1,\"R2w\":0,\"R3\":0,\"R4\":1,");
        assertThat(line).contains("\"window\":{\"entered\":1},\"loss\":{\"lost\":0,");
        assertThat(names(line))
                .containsExactly(
                        "schema",
                        "verdict",
                        "exit",
                        "kernel",
                        "source",
                        "attach",
                        "counts",
                        "rules",
                        "window",
                        "loss",
                        "evidence",
                        "reasons",
                        "notes",
                        "internal_errors");
    }

    /** Names of the fields of the outermost object; fails when the line is not JSON. */
    private static List<String> names(String line) throws IOException {
        List<String> names = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                names.add(json.currentName());
                json.nextToken();
                json.skipChildren();
            }
            assertThat(json.nextToken()).isNull();
        }
        return names;
    }

    private Provenance provenance() {
        return run.history().provenance();
    }

    private Finding badPut() {
        return run.findings().get(1);
    }
}
