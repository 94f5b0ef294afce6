package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.iputrace.sim.SimOptions;
import dev.iputrace.sim.Workload;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code iputrace sim} and what {@code live} and {@code run} fall back to, as a user sees them. */
class SimCommandTest {
    private static final String SHORT = "--events=4000";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final StringWriter usage = new StringWriter();
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    @Test
    void theSeedEndsInThePanicOfTheSeedWithTheViolationAboveIt() {
        int code = execute("sim", "--era", "rhel6-279", "--workload", "seed", "--seed", "3", "--events", "10000000");

        assertThat(code).isEqualTo(ExitCode.VIOLATION);
        assertThat(out()).contains("R4 refusal-ignored", "R2 put-on-dying-inode", "verdict   VIOLATION");
        assertThat(err())
                .containsSubsequence(
                        "the SIMULATED kernel has panicked",
                        "kernel BUG at fs/inode.c",
                        "RIP: 0010:iput+0x69/0x70",
                        "ext4_free_io_end+0x2d/0x40 [ext4]",
                        "ext4_end_aio_dio_work+0xac/0xf0 [ext4]",
                        "worker_thread+0x170/0x2a0",
                        "Kernel panic - not syncing");
        assertThat(err()).containsPattern("first violation was reported [0-9]+\\.[0-9]{3} ms before");
    }

    @Test
    void theCureIsVouchedForBecauseTheWindowWasEntered() {
        int code = execute(
                "sim",
                "--era",
                "f7ad6d2e",
                "--workload",
                "seed",
                "--seed",
                "3",
                "--events",
                "200000",
                "--require-window");

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(out()).contains("verdict   OK").containsPattern("window +entered [1-9]");
    }

    @Test
    void withoutTheBugOnTheMachineLivesButTheViolationIsToldAllTheSame() {
        int code = execute("sim", "--era=silent", "--workload=create-unlink", "--fault=put-twice", SHORT);

        assertThat(code).isEqualTo(ExitCode.VIOLATION);
        assertThat(out()).contains("in silence");
        assertThat(err()).doesNotContain("panicked");
    }

    @Test
    void everyJsonObjectSaysThatItIsSimulated() {
        execute("sim", "--era=silent", "--workload=create-unlink", "--fault=put-twice", SHORT, "--json");

        List<String> lines = out().lines().toList();
        assertThat(lines).hasSizeGreaterThan(1).allMatch(line -> line.contains("\"source\":\"sim\""));
    }

    @Test
    void everythingIsMarkedWhereAViolationIsTold() {
        execute("sim", "--era=silent", "--workload=create-unlink", "--fault=put-twice", SHORT);

        long violations =
                out().lines().filter(line -> line.startsWith("VIOLATION ")).count();
        long marks = out().lines()
                .filter(line -> line.startsWith("SIMULATED, not this host"))
                .count();
        assertThat(marks).isPositive().isGreaterThan(violations);
    }

    @Test
    void aRecordingOfItSaysTheSameWhenReplayed() {
        Path recording = folder.resolve("sim.ctf");
        int code = execute(
                "sim", "--era=silent", "--workload=umount", "--fault=put-twice", SHORT, "--record", "" + recording);

        int again = execute("replay", recording.toString(), "--json");

        assertThat(code).isEqualTo(ExitCode.VIOLATION);
        assertThat(again).isEqualTo(ExitCode.VIOLATION);
        String json = out().substring(out().indexOf("{\"schema\""));
        assertThat(json.lines()).allMatch(line -> line.contains("\"source\":\"sim\""));
    }

    @Test
    void everyMetricSaysThatItIsSimulated() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Thread sim = new Thread(() -> execute("sim", "--rate=200", "--seconds=8", "--metrics", "127.0.0.1:" + port));
        sim.start();
        try {
            List<String> metrics = fetch(URI.create("http://127.0.0.1:" + port + "/metrics"))
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();

            assertThat(metrics).hasSizeGreaterThan(20).allMatch(line -> line.contains("source=\"sim\""));
        } finally {
            sim.join(90_000);
        }
    }

    private static String fetch(URI from) throws Exception {
        long endNs = System.nanoTime() + 30_000_000_000L;
        while (true) {
            try (InputStream body = from.toURL().openStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                if (System.nanoTime() > endNs) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    @Test
    void aRateIsKept() {
        long begin = System.nanoTime();
        execute("sim", "--era=modern", "--events=600", "--rate=400");
        double seconds = (System.nanoTime() - begin) / 1e9;

        assertThat(seconds).isBetween(1.4, 60.0);
    }

    @Test
    void lossMakesItUnknown() {
        assertThat(execute("sim", "--era=modern", SHORT, "--loss=0.5")).isEqualTo(ExitCode.UNKNOWN);
        assertThat(out()).contains("events lost");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--cpus=65",
                "--cpus=0",
                "--events=0",
                "--inodes=63",
                "--loss=101",
                "--misses=-1",
                "--fault-every=0",
                "--rate=0",
                "--era=vms",
                "--workload=sleep",
                "--fault=none"
            })
    void wrongOptionsAreNamedAndNothingRuns(String option) {
        assertThat(execute("sim", option)).isEqualTo(ExitCode.USAGE);
        assertThat(usage.toString()).contains(option.substring(option.indexOf('=') + 1));
        assertThat(out()).isEmpty();
    }

    @Test
    void theCommandThatRepeatsARunGivesItsOptions() {
        SimOptions options = SimOptions.of(Era.F7AD6D2E, Workload.RENAME_OVER, 42)
                .withCpus(8)
                .withEvents(500)
                .withInodes(128)
                .withNodelalloc(true)
                .withFaultRate(3, 9)
                .withFaults(EnumSet.of(Fault.PUT_TWICE, Fault.LOST_EVENTS))
                .withLossPerMillion(1_500);

        List<String> command =
                new ArrayList<>(Arrays.asList(options.commandLine().split(" ")));
        SimCommand parsed = new SimCommand();
        command.remove(0);
        new picocli.CommandLine(parsed).parseArgs(command.toArray(String[]::new));

        assertThat(parsed.options()).isEqualTo(options);
    }

    @Test
    void liveShowsASimulatedKernelAtOnceAndMarksEveryLine() throws IOException {
        long begin = System.nanoTime();
        int code =
                execute("live", "--seconds=4", "--evidence", folder.resolve("e").toString());

        if (code != ExitCode.CANNOT_PROBE) {
            System.err.println("skipped in part: this host can be probed, so nothing falls back");
            return;
        }
        assertThat((System.nanoTime() - begin) / 1e9).isLessThan(60);
        assertThat(out().lines()).isNotEmpty().allMatch(line -> line.startsWith("SIMULATED "));
        List<String> said = err().lines().toList();
        int from = (int)
                said.stream().takeWhile(line -> line.startsWith("iputrace: ")).count();
        assertThat(from).as("lines that say why").isPositive();
        assertThat(said.subList(from, said.size())).isNotEmpty().allMatch(line -> line.startsWith("SIMULATED "));
        assertThat(Files.exists(folder.resolve("e")))
                .as("evidence of a simulation")
                .isFalse();
    }

    @Test
    void noMarkedLineIsWiderThanATerminal() {
        execute("run", "--simulate", "--", "sleep", "2");

        assertThat(err().lines()
                        .filter(line -> !line.contains("***") && !line.matches("SIMULATED (iputrace: |\\[ ).*")))
                .hasSizeGreaterThan(100)
                .allMatch(line -> line.length() <= 80);
    }

    @Test
    void noFallbackOnlySaysWhy() {
        int code = execute("live", "--no-fallback", "--seconds=1");

        if (code == ExitCode.CANNOT_PROBE) {
            assertThat(out() + err()).doesNotContain("SIMULATED");
            assertThat(usage.toString()).startsWith("iputrace: ");
        }
    }

    @Test
    void allBehindTheCommandIsItsOwn() {
        int code = execute("run", "--simulate", "--exit", "child", "sh", "-c", "exit $#", "-o", "-h", "--json");

        assertThat(code).isEqualTo(2);
    }

    @Test
    void noCommandIsStartedWhenTheReportCannotBeWritten() {
        Path made = folder.resolve("made");

        int code = execute("run", "--simulate", "-o", folder + "/none/x", "--", "touch", made.toString());

        assertThat(code).isEqualTo(ExitCode.INTERNAL);
        assertThat(usage.toString()).contains("none/x: No such file or directory");
        assertThat(made).doesNotExist();
    }

    @Test
    void aReportThatDoesNotArriveIsNoCleanResult() {
        assumeTrue(Files.exists(Path.of("/dev/full")), "skipped: no /dev/full here");

        int code = execute("sim", "--era", "modern", SHORT, "-o", "/dev/full");

        assertThat(code).isEqualTo(ExitCode.INTERNAL);
        assertThat(err()).contains("cannot write the report: path=/dev/full: No space left on device");
    }

    @Test
    void aSuspicionIsNotEnoughToForgetWhatWasLost() {
        int code = execute("sim", "--misses", "5", "--era", "f7ad6d2e", "--events", "5000");

        assertThat(out()).contains("verdict   SUSPECT", "unknown");
        assertThat(code).isEqualTo(ExitCode.UNKNOWN);
    }

    @Test
    void whatWasSentBeforeTheStopIsNotLost() {
        execute("sim", "--era", "modern", "--seconds", "0");

        assertThat(out()).contains("loss      none");
    }

    @Test
    void eachWorkloadRunsOnSoManyCpusAsTheHelpSays() {
        for (Era era : Era.values()) {
            for (Workload workload : Workload.values()) {
                int code = execute(
                        "sim", "--era", era.label(), "--workload", workload.label(), "--cpus=46", "--events=50");

                assertThat(code).as("%s %s", era, workload).isIn(ExitCode.OK, ExitCode.VIOLATION);
            }
        }
        assertThat(execute("sim", "--cpus=47")).isEqualTo(ExitCode.USAGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--history=3",
                "--max-inodes=0",
                "--seconds=-1",
                "--seconds=9223372037",
                "--rotate=3",
                "--max-size=1M"
            })
    void boundsThatMakeNoSenseAreWrongUsage(String option) {
        assertThat(execute("sim", SHORT, option)).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aMountThatIsNotThereIsWrongUsageAndNothingElseIsTried() {
        assertThat(execute("live", "-m", folder + "/none")).isEqualTo(ExitCode.USAGE);
        assertThat(usage.toString()).contains("no such directory");
        assertThat(out() + err()).isEmpty();
    }

    @Test
    void runNeverSimulatesUnasked() {
        int code = execute("run", "--", "true");

        if (code == ExitCode.CANNOT_PROBE) {
            assertThat(out() + err()).doesNotContain("SIMULATED");
        }
    }

    @Test
    void runSimulatesWhenAskedAndMarksEveryLine() {
        int code = execute("run", "--simulate", "--exit", "child", "--", "sh", "-c", "sleep 1; exit 7");

        assertThat(code).isEqualTo(7);
        assertThat(out()).isEmpty();
        assertThat(err().lines()).isNotEmpty().allMatch(line -> line.startsWith("SIMULATED "));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private int execute(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(usage))
                .setErr(new PrintWriter(usage))
                .execute(args);
    }
}
