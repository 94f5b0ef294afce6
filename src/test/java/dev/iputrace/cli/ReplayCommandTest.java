package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** replay, import, export and repair from the command line down. */
class ReplayCommandTest {
    private static final Pattern ADDRESS = Pattern.compile("^ +0x(ffffffff[0-9a-f]+)$", Pattern.MULTILINE);

    /** The captured lines of kernel-facts: a refused igrab, its io_end, and the put below zero. */
    private static final String ERA_A = """
             kw-9 [000] .....    17.384840: init: (ext4_init_io_end+0x0/0x90 [ext4]) inode=0xff44 cnt=0 st=0xa7
             kw-9 [000] .....    17.384851: igrab: (igrab+0x0/0x50) inode=0xff44 cnt=0 st=0xa7
             kw-9 [000] .....    17.385109: igrab_r: (ext4_init_io_end+0x2c/0x90 [ext4] <- igrab) ret=0x0
             kw-9 [000] .....    17.385110: init_r: (ext4_writepages+0x4/0x9 <- ext4_init_io_end) ret=0xee
             kw-9 [000] .....    17.385210: free: (ext4_free_io_end+0x0/0x9 [ext4]) io=0xee
             kw-9 [000] .....    17.385211: iput: (iput+0x0/0x220) inode=0xff44 cnt=0 st=0x24
            """;

    @TempDir
    Path folder;

    private String out = "";

    @Test
    void aTextTraceIsJudged() throws Exception {
        Path trace = Files.writeString(folder.resolve("t"), ERA_A);

        int code = run("replay", "--kernel", "6.1.0", trace.toString());

        assertThat(code).as(out).isEqualTo(ExitCode.VIOLATION);
        assertThat(out).contains("put-without-reference", "put-on-dying-inode", "refusal-ignored");
        assertThat(folder.resolve(EvidenceOptions.FILE)).doesNotExist();
    }

    @Test
    void aCleanTextTraceIsUnknownBecauseNobodyVouchesForIt() throws Exception {
        assertThat(run("replay", sample("trace_default.txt"))).isEqualTo(ExitCode.UNKNOWN);
        assertThat(out).contains("a text trace does not show all its loss");
    }

    @Test
    void importedAndReplayedIsTheSameVerdict() throws Exception {
        Path trace = Files.writeString(folder.resolve("t"), ERA_A);
        Path recording = folder.resolve("r");

        assertThat(run("import", "--kernel", "6.1.0", "-o", recording.toString(), trace.toString()))
                .as(out)
                .isZero();
        run("replay", "--json", "--kernel", "6.1.0", trace.toString());
        String direct = out;
        run("replay", "--json", recording.toString());

        assertThat(out).isEqualTo(direct).contains("VIOLATION");
        assertThat(run("repair", recording.toString())).isZero();
        assertThat(out).contains("nothing to repair");
    }

    @Test
    void namesAreThoseOfTheRecordedKernel() throws Exception {
        Path recording = folder.resolve("r");
        run("sim", "--era", "rhel6-279", "--seed", "3", "--events", "200000", "--record", recording.toString());
        run("replay", recording.toString());
        assertThat(out).contains("ext4_init_io_end+0x").doesNotContainPattern(ADDRESS);
        Files.delete(recording.resolve(".kallsyms.gz"));
        run("replay", recording.toString());
        Matcher frame = ADDRESS.matcher(out);
        assertThat(frame.find()).as(out).isTrue();
        Path kallsyms = Files.writeString(folder.resolve("k"), frame.group(1) + " T name_of_this_kernel\n");
        new KeptSymbols(KeptSymbols.From.file(kallsyms), recording).close();

        run("replay", recording.toString());

        assertThat(out).contains("name_of_this_kernel+0x0").doesNotContain(frame.group(1));
    }

    @Test
    void theWorstOfSeveralDecidesAndDamageIsNoVerdict() throws Exception {
        Path trace = Files.writeString(folder.resolve("t"), ERA_A);
        Path recording = folder.resolve("r");
        run("import", "-o", recording.toString(), sample("trace_default.txt"));
        byte[] bytes = Files.readAllBytes(recording.resolve("cpu0"));
        Files.write(recording.resolve("cpu0"), java.util.Arrays.copyOf(bytes, 1000));

        assertThat(run("replay", recording.toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(out).contains("damaged input", "byte=0: cut");
        assertThat(run("replay", recording.toString(), "--kernel", "6.1.0", trace.toString()))
                .isEqualTo(ExitCode.VIOLATION);
    }

    @Test
    void whatCannotBeReadIsExitCodeThree() throws Exception {
        assertThat(run("replay", folder.resolve("none").toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run("export", "--to", "csv", folder.toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run("repair", folder.toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run("import")).isEqualTo(ExitCode.USAGE);
        assertThat(run("import", "--how", "dtrace")).isEqualTo(ExitCode.USAGE);
        assertThat(run("replay", "--dev", "8", sample("stats.txt"))).isNotZero();
    }

    @Test
    void replayOfARecordingSaysToTheLetterWhatLiveSaid() throws Exception {
        String recording = folder.resolve("r").toString();
        String live = folder.resolve("live").toString();
        String replayed = folder.resolve("replayed").toString();

        assertThat(run("sim", "--seed", "3", "--record", recording, "--json", "-o", live))
                .isEqualTo(ExitCode.VIOLATION);
        assertThat(run("replay", "--json", "-o", replayed, recording)).isEqualTo(ExitCode.VIOLATION);

        assertThat(Files.readAllLines(Path.of(replayed))).hasSizeGreaterThan(1);
        assertThat(Files.readString(Path.of(replayed))).isEqualTo(Files.readString(Path.of(live)));
        String alone = folder.resolve("alone").toString();
        run("replay", "--threads", "1", "--json", "-o", alone, recording);
        assertThat(Files.readString(Path.of(alone))).isEqualTo(Files.readString(Path.of(replayed)));
        assertThat(run("replay", "--threads", "3", recording)).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aSecondReportGoesBehindTheFirst() throws Exception {
        String trace = sample("trace_default.txt");
        Path report = folder.resolve("report");

        run("replay", "--json", "-o", report.toString(), trace, trace);

        assertThat(Files.readAllLines(report)).hasSize(2).allMatch(line -> line.contains("iputrace.verdict"));
    }

    @Test
    void symbolsThatWereGivenMustBeThere() throws Exception {
        assertThat(run("replay", "--kallsyms", folder.resolve("none").toString(), sample("trace_default.txt")))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(out).contains("--kallsyms");
    }

    @Test
    void whatAUserGetsWrongIsNamed() throws Exception {
        String trace = sample("trace_default.txt");
        Path garbage = Files.write(folder.resolve("garbage"), new byte[] {(byte) 0xff, 0, 1});
        Path empty = Files.writeString(folder.resolve("empty"), "");
        Path gzip = Files.write(folder.resolve("g.gz"), new byte[] {0x1f, (byte) 0x8b});

        says(ExitCode.USAGE, "map: unknown event: foo=bar", "replay", "--map", "foo=bar", trace);
        says(ExitCode.USAGE, "kernel: no release: abc", "replay", "--kernel", "abc", trace);
        says(ExitCode.USAGE, "no such time: from=5.0, to=1.0", "replay", "--from", "5", "--to", "1", trace);
        says(ExitCode.BAD_INPUT, "stats: no such file: path=none", "replay", "--stats", "none", trace);
        says(ExitCode.BAD_INPUT, "no counter of a ring", "replay", "--stats", garbage.toString(), trace);
        says(ExitCode.BAD_INPUT, "empty input: path=", "replay", empty.toString());
        says(ExitCode.BAD_INPUT, "gzip: cut or damaged", "replay", gzip.toString());
        says(ExitCode.INTERNAL, "export: cannot write: path=", "export", "--to", "csv", "-o", folder + "/a/b", trace);
        says(ExitCode.INTERNAL, "directory is not empty", "export", "--to", "ctf", "-o", folder.toString(), trace);
    }

    private void says(int exitCode, String what, String... arguments) throws IOException {
        assertThat(run(arguments)).as(out).isEqualTo(exitCode);
        assertThat(out).contains(what);
    }

    @Test
    void exportsOfEachKind() throws Exception {
        Path trace = Files.writeString(folder.resolve("t"), ERA_A);
        String file = folder.resolve("x").toString();

        assertThat(run("export", "--to", "csv", "-o", file, trace.toString())).isZero();
        assertThat(Files.readAllLines(Path.of(file))).hasSize(5);
        assertThat(run("export", "--to", "jsonl", "-o", file, trace.toString())).isZero();
        assertThat(Files.readAllLines(Path.of(file))).hasSize(5);
        assertThat(run("export", "--to", "perfetto", "-o", file, "--kernel", "6.1", trace.toString()))
                .isZero();
        assertThat(Files.readString(Path.of(file), StandardCharsets.ISO_8859_1)).contains("R1 put-without-reference");
        assertThat(run("export", "--to", "ctf", "-o", folder.resolve("c").toString(), trace.toString()))
                .isZero();
        assertThat(folder.resolve("c/metadata")).exists();
        assertThat(run("export", "--to", "ctf", trace.toString())).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void howPrintsARecipe() throws Exception {
        assertThat(run("import", "--how", "perf", "--kernel", "6.1.0")).isZero();
        assertThat(out).contains("perf script --ns", "i_count=+344(%di):s32");
    }

    @Test
    void aLineOfProgressFitsATerminal() {
        assertThat(ReplayProgress.line(1_234_567, 42, 0.5))
                .hasSize(78)
                .startsWith(" 42 %, 1,234,567 events, 2,469,134 a second");
    }

    private static String sample(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(ReplayCommandTest.class.getResource("/traces/" + name))
                        .toURI())
                .toString();
    }

    /** Both streams into {@link #out}; evidence would go into the working directory. */
    private int run(String... arguments) throws IOException {
        PrintStream oldOut = System.out;
        PrintStream oldErr = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            return Main.commandLine().execute(arguments);
        } finally {
            System.setOut(oldOut);
            System.setErr(oldErr);
            out = bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
