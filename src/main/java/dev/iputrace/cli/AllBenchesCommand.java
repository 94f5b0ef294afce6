package dev.iputrace.cli;

import dev.iputrace.bench.PerformancePage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code iputrace bench all}: each bench in a JVM of its own, so that none is compiled for another's habits. */
@Command(
        name = "all",
        mixinStandardHelpOptions = true,
        description = "All benches, one after the other, in about six minutes.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:every goal that can be judged was met", "1:one was missed, or an error", "2:usage"})
final class AllBenchesCommand implements Callable<Integer> {
    private static final List<String> BENCHES = List.of("check", "replay", "record", "import", "start", "ring");

    @Option(names = "--quick", description = "fewer events and rounds, in about two minutes")
    private boolean quick;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description = "replaces the figures in this page, docs/PERFORMANCE.md")
    @Nullable
    private Path write;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Map<String, String> results = new LinkedHashMap<>();
        int worst = ExitCode.OK;
        try {
            for (String bench : BENCHES) {
                err.println("bench: == " + bench);
                err.flush();
                StringBuilder text = new StringBuilder();
                int code = run(bench, text);
                out.print(text + "\n");
                out.flush();
                results.put(bench, text.length() == 0 ? "failed: exit code " + code + "\n" : text.toString());
                worst = Math.max(worst, code);
            }
            if (write != null) {
                PerformancePage.write(write, results, quick);
            }
        } catch (IOException e) {
            err.println("iputrace: " + e.getMessage());
            return ExitCode.INTERNAL;
        }
        return worst;
    }

    private int run(String bench, StringBuilder text) throws IOException {
        List<String> command = new ArrayList<>(Self.command());
        command.addAll(List.of("bench", bench));
        if (quick) {
            command.add("--quick");
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            text.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("bench: interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
