package dev.iputrace.bench;

import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code bench start}: whole processes by the clock, from a JVM that is not warm. */
public final class StartBench {
    private static final long EVENTS = 1_000_000;
    private static final int INODES = 1000;

    private final SpeedOptions options;
    private final List<String> facts = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private StartBench(SpeedOptions options) {
        this.options = options;
    }

    public static BenchResult run(SpeedOptions options) throws IOException {
        Machine machine = Machine.now();
        StartBench bench = new StartBench(options);
        List<Goal> goals = new ArrayList<>();
        try (Scratch scratch = new Scratch()) {
            Path recording = scratch.fresh("recording");
            Path cells = scratch.fresh("cells");
            TraceData data = new TraceData(INODES, EVENTS - INODES, 0);
            data.write(cells);
            try (Recorder recorder = new Recorder(recording, RigProvenance.of(), RecorderOptions.UNBOUNDED)) {
                data.feed(recorder);
            }
            Spread version = bench.time("iputrace --version", bench.self("--version"));
            bench.time("iputrace --help", bench.self("--help"));
            Spread replay = bench.time("iputrace replay, 1 M events", bench.self("replay", recording.toString()));
            bench.rival("python3 -c pass", "python3", List.of("python3", "-c", "pass"));
            bench.rival("Python check, 1 M events", "python3", Rival.pythonCommand(cells));
            bench.rival(
                    "babeltrace2 dummy, 1 M events",
                    "babeltrace2",
                    List.of("babeltrace2", recording.toString(), "-c", "sink.utils.dummy"));
            goals.add(Goal.atMost("--version, ms", 150, version.median(), "%.0f", true));
            goals.add(Goal.atMost("replay of 1 M events, ms", 350, replay.median(), "%.0f", true));
        }
        return new BenchResult("start", machine, List.of(), bench.facts, goals, bench.notes);
    }

    private List<String> self(String... arguments) {
        List<String> command = new ArrayList<>(options.self());
        command.addAll(List.of(arguments));
        return command;
    }

    private void rival(String name, String program, List<String> command) throws IOException {
        if (Rival.isInstalled(program)) {
            time(name, command);
        } else {
            notes.add(Rival.leftOut(program));
        }
    }

    /** Milliseconds, twice as many rounds as elsewhere: starts are short. */
    private Spread time(String name, List<String> command) throws IOException {
        options.progress().accept("start: " + name);
        List<Double> all = new ArrayList<>();
        for (int round = -1; round < 2 * options.rounds(); round++) {
            double ms = ms(command);
            if (round >= 0) {
                all.add(ms);
            }
        }
        Spread spread = Spread.of(all);
        facts.add(String.format(Locale.ROOT, "%-34s %s ms", name, spread.text(0)));
        return spread;
    }

    private static double ms(List<String> command) throws IOException {
        long startNs = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new BenchException("bench: exit=" + code + ": " + String.join(" ", command));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new BenchException("bench: interrupted", e);
        }
        return (System.nanoTime() - startNs) / 1e6;
    }
}
