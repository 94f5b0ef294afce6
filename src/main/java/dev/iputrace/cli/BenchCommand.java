package dev.iputrace.cli;

import dev.iputrace.bench.BenchException;
import dev.iputrace.bench.BenchJson;
import dev.iputrace.bench.BenchOptions;
import dev.iputrace.bench.BenchText;
import dev.iputrace.bench.RingBench;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code iputrace bench}: speed of parts of iputrace, measured beside a rival in the same run. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measure parts of iputrace beside rivals, in one run",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            SpeedBenchCommand.OfCheck.class,
            SpeedBenchCommand.OfReplay.class,
            SpeedBenchCommand.OfRecord.class,
            SpeedBenchCommand.OfImport.class,
            SpeedBenchCommand.OfStart.class,
            BenchCommand.Ring.class,
            AllBenchesCommand.class
        })
public final class BenchCommand {
    /** {@code iputrace bench ring}. */
    @Command(
            name = "ring",
            mixinStandardHelpOptions = true,
            description = {
                "Measure the ring reader against a producer in user space that keeps the kernel's ring protocol:",
                "saturated beside C readers, at a fixed rate, and lost wake-ups in epoll mode."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:every goal that can be judged was met", "1:one was missed, or an error", "2:usage"})
    static final class Ring implements Callable<Integer> {
        @Option(
                names = "--seconds",
                paramLabel = "N",
                defaultValue = "60",
                description = "how long the run at a fixed rate takes (default: ${DEFAULT-VALUE})")
        private int seconds;

        @Option(
                names = "--rate",
                paramLabel = "R",
                defaultValue = "1000000",
                description = "its rate, events a second (default: ${DEFAULT-VALUE})")
        private long rate;

        @Option(
                names = "--inodes",
                paramLabel = "N",
                defaultValue = "1000",
                description = "inodes in the history (default: ${DEFAULT-VALUE})")
        private int inodes;

        @Option(names = "--quick", description = "shorter and fewer runs, for a look")
        private boolean quick;

        @Option(names = "--json", description = "one JSON object instead of text")
        private boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            try {
                BenchOptions options = BenchOptions.of(seconds, rate, inodes);
                RingBench.Result result = RingBench.run(quick ? options.quick() : options, step -> {
                    err.println("bench: " + step);
                    err.flush();
                });
                out.print(json ? BenchJson.of(result) + "\n" : BenchText.of(result));
                out.flush();
                return result.passed() ? 0 : 1;
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            } catch (BenchException e) {
                err.println(e.getMessage());
                return 1;
            }
        }
    }
}
