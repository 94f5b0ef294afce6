package dev.iputrace.bench;

import com.sun.management.ThreadMXBean;
import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.EventCell;
import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import dev.iputrace.trace.ctf.RecordingSource;
import dev.iputrace.trace.text.ImportOptions;
import dev.iputrace.trace.text.TextSource;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checker, recorder, replay and text import beside their rivals in one run, alternating, by CPU time of one thread or
 * process. Event and violation counts of all must be equal.
 */
public final class TraceBench {
    private static final Provenance PROVENANCE = Provenance.of(Map.of(
            "source",
            "bench",
            "kernel",
            "6.1.0",
            "i_freeing",
            "0x20",
            "i_will_free",
            "0x10",
            "i_clear",
            "0x40",
            "probe.igrab",
            "bench:igrab",
            "probe.iput",
            "bench:iput",
            "probe.io_end_init",
            "bench:init",
            "probe.io_end_free",
            "bench:free"));

    /** What one contestant did in one round. */
    record Run(long events, long violations, double seconds) {}

    private final TraceData data;
    private final int rounds;
    private final Consumer<String> progress;
    private final Path folder;
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();

    private TraceBench(TraceData data, int rounds, Path folder, Consumer<String> progress) {
        this.data = data;
        this.rounds = rounds;
        this.folder = folder;
        this.progress = progress;
    }

    /** Returns the table as text. Throws {@link BenchException} when two contestants disagree. */
    public static String run(long events, int inodes, int rounds, Consumer<String> progress) {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("iputrace-bench");
            TraceBench bench = new TraceBench(new TraceData(events, inodes, 100_000), rounds, folder, progress);
            return bench.measure();
        } catch (IOException e) {
            throw new BenchException("bench: " + e.getMessage(), e);
        } finally {
            delete(folder);
        }
    }

    private String measure() throws IOException {
        progress.accept("making " + data.events + " events on " + data.inodes + " inodes");
        Path cells = folder.resolve("cells.raw");
        Path text = folder.resolve("trace.txt");
        Path recording = folder.resolve("kept");
        data.writeCells(cells);
        data.writeText(text);
        record(recording);
        try (RigProgram rig = RigProgram.unpack()) {
            for (int round = 0; round <= rounds; round++) {
                progress.accept(round == 0 ? "warming up" : "round " + round + " of " + rounds);
                Path fresh = folder.resolve("round" + round);
                round(round, "C reference, cells in memory", Rival.run(rig.checkFile(cells, data.inodes)));
                round(round, "iputrace check, cells in memory", check());
                round(round, "iputrace record", record(fresh));
                delete(fresh);
                round(round, "iputrace replay, read only", replay(recording));
                round(round, "iputrace replay and check", replayAndCheck(recording));
                round(round, "iputrace import of text", importText(text));
                round(round, "python struct loop and check", Rival.python(cells));
                round(round, "babeltrace2 counter, read only", Rival.babeltrace(recording, data.events));
                round(round, "mawk check of text", Rival.mawk(text));
            }
        }
        return table();
    }

    private void round(int round, String name, Run run) {
        boolean counts = run.violations() < 0 || run.violations() == data.bad;
        if (run.events() != data.events || !counts) {
            throw new BenchException("bench: wrong answer: " + name + ": events=" + run.events() + ", want="
                    + data.events + ", violations=" + run.violations() + ", want=" + data.bad);
        }
        if (round > 0) {
            runs.computeIfAbsent(name, key -> new ArrayList<>()).add(run);
        }
    }

    private Run check() {
        Checker checker = checker();
        double seconds = feed(checker);
        return new Run(data.events, checker.finish().badPuts(), seconds);
    }

    private static Checker checker() {
        return new Checker(PROVENANCE, CheckerOptions.defaults().withInodesMax(1 << 24), finding -> {});
    }

    /** CPU seconds of the sink alone: making the cells is not measured. */
    private double feed(EventSink sink) {
        data.rewind();
        double seconds = 0;
        for (long done = 0; done < data.events; done += TraceData.CHUNK) {
            ByteBuffer cells = data.fill();
            EventCell view = new EventCell(cells);
            double start = cpuSeconds();
            for (int i = 0; i < TraceData.CHUNK; i++) {
                sink.cell(view.at(i * CellLayout.CELL_SIZE));
            }
            seconds += cpuSeconds() - start;
        }
        return seconds;
    }

    private Run record(Path directory) throws IOException {
        Recorder recorder = new Recorder(directory, PROVENANCE, RecorderOptions.UNBOUNDED);
        double seconds = feed(recorder);
        double start = cpuSeconds();
        recorder.close();
        return new Run(recorder.recorded(), -1, seconds + cpuSeconds() - start);
    }

    private Run replay(Path recording) throws IOException {
        long[] seen = new long[2];
        double start = cpuSeconds();
        try (RecordingSource source = new RecordingSource(recording)) {
            drain(source, cell -> {
                seen[0]++;
                seen[1] += cell.inode();
            });
        }
        return new Run(seen[0], -1, cpuSeconds() - start);
    }

    private Run replayAndCheck(Path recording) throws IOException {
        Checker checker = checker();
        double start = cpuSeconds();
        try (RecordingSource source = new RecordingSource(recording)) {
            drain(source, checker);
        }
        double seconds = cpuSeconds() - start;
        var summary = checker.finish();
        return new Run(summary.eventsTotal(), summary.badPuts(), seconds);
    }

    private Run importText(Path text) throws IOException {
        long[] seen = new long[2];
        ImportOptions options = new ImportOptions(Map.of(), Map.of(), "6.1.0", List.of());
        double start = cpuSeconds();
        try (TextSource source = new TextSource(new FileInputStream(text.toFile()), -1, options)) {
            drain(source, cell -> {
                seen[0]++;
                seen[1] += cell.op() == OpCode.IPUT && cell.iCount() < 1 ? 1 : 0;
            });
        }
        return new Run(seen[0], seen[1], cpuSeconds() - start);
    }

    private static void drain(EventSource source, EventSink sink) {
        int got = 0;
        while (got != EventSource.END) {
            got = source.drain(sink);
        }
    }

    private static double cpuSeconds() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadCpuTime() / 1e9;
    }

    private String table() throws IOException {
        StringBuilder table = new StringBuilder();
        String load = Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        table.append(String.format(
                Locale.ROOT,
                "%d events, %d inodes, %d violations, %d rounds, load average %s; million events per CPU second,"
                        + " median [min-max]%n",
                data.events,
                data.inodes,
                data.bad,
                rounds,
                load));
        runs.forEach((name, all) -> {
            Spread spread = Spread.of(
                    all.stream().map(run -> run.events() / run.seconds() / 1e6).toList());
            table.append(String.format(Locale.ROOT, "  %-34s %s%n", name, spread.text(2)));
        });
        ratio(table, "iputrace check, cells in memory", "C reference, cells in memory");
        ratio(table, "iputrace replay and check", "python struct loop and check");
        ratio(table, "iputrace replay and check", "babeltrace2 counter, read only");
        ratio(table, "iputrace import of text", "mawk check of text");
        return table.toString();
    }

    /** Median of the ratios of each round: what a loaded machine moves least. */
    private void ratio(StringBuilder table, String ours, String rival) {
        List<Run> our = runs.getOrDefault(ours, List.of());
        List<Run> other = runs.getOrDefault(rival, List.of());
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(our.size(), other.size()); i++) {
            ratios.add(other.get(i).seconds() / our.get(i).seconds());
        }
        if (!ratios.isEmpty()) {
            table.append(String.format(
                    Locale.ROOT, "  %s = %s x %s%n", ours, Spread.of(ratios).text(2), rival));
        }
    }

    private static void delete(@Nullable Path path) {
        if (path == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new BenchException("bench: cannot remove " + path + ": " + e.getMessage(), e);
        }
    }
}
