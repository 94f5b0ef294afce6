package dev.iputrace.bench;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import dev.iputrace.trace.text.ImportOptions;
import dev.iputrace.trace.text.TextSource;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code bench import}: lines of trace_pipe read, their bad puts counted, beside awk. */
public final class ImportBench {
    private static final String OURS = "iputrace";
    private static final String MAWK = "mawk";
    private static final ImportOptions KERNEL = new ImportOptions(Map.of(), Map.of(), "6.1.0", List.of());

    private ImportBench() {}

    public static BenchResult run(SpeedOptions options) throws IOException {
        Machine machine = Machine.now();
        List<String> notes = new ArrayList<>();
        int inodes = options.inodes().get(0);
        Section section;
        try (Scratch scratch = new Scratch()) {
            TraceData seeded = new TraceData(inodes, Math.min(options.events(), 500_000), CheckBench.SEEDS);
            contest("lines of trace_pipe, violations", seeded, scratch, options, notes)
                    .compareAnswers();
            section = contest(
                            "lines of trace_pipe", new TraceData(inodes, options.events(), 0), scratch, options, notes)
                    .measure(options.rounds());
        }
        section.ratio(OURS, MAWK);
        Goal goal = Goal.atLeast("import, M lines/s", 2, section.median(OURS), "%.1f", true);
        return new BenchResult("import", machine, List.of(section), List.of(), List.of(goal), notes);
    }

    private static Contest contest(
            String title, TraceData data, Scratch scratch, SpeedOptions options, List<String> notes)
            throws IOException {
        options.progress().accept(title + ": making text");
        Path text = scratch.fresh("trace");
        long lines = TextData.write(data, text);
        return new Contest(title, lines, data.badPuts(), notes, options.progress())
                .addRival(MAWK, "mawk", () -> Rival.mawk(text))
                .add(OURS, () -> read(text));
    }

    private static Measured read(Path text) throws IOException {
        BadPuts sink = new BadPuts();
        double start = Measured.cpuSeconds();
        try (TextSource source = new TextSource(new FileInputStream(text.toFile()), -1, KERNEL)) {
            int got = 0;
            while (got != EventSource.END) {
                got = source.drain(sink);
            }
        }
        return Measured.all(sink.events, sink.bad, Measured.cpuSeconds() - start);
    }

    /** All that awk does, too. */
    private static final class BadPuts implements EventSink {
        long events;
        long bad;

        @Override
        public void cell(EventView cell) {
            events++;
            bad += cell.op() == OpCode.IPUT && cell.iCount() < 1 ? 1 : 0;
        }
    }
}
