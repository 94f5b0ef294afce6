package dev.iputrace.bench;

import dev.iputrace.check.Checker;
import dev.iputrace.check.Summary;
import dev.iputrace.event.EventRun;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.trace.ReadAhead;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import dev.iputrace.trace.ctf.RecordingSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code bench replay}: a recording read and checked, beside others that only read it; and a large one. */
public final class ReplayBench {
    private static final String READ = "iputrace, read only";
    private static final String OURS = "iputrace, read and check";
    private static final String AHEAD = "iputrace, one thread reads, one checks (wall time)";
    private static final String PYTHON = "Python, struct loop and check";
    private static final String COUNTER = "babeltrace2 counter, read only";
    private static final String DUMMY = "babeltrace2 dummy, read only";
    private static final long RSS_KIB_MAX = 512 << 10;

    private ReplayBench() {}

    public static BenchResult run(SpeedOptions options) throws IOException {
        Machine machine = Machine.now();
        List<String> notes = new ArrayList<>();
        List<String> facts = new ArrayList<>();
        List<Goal> goals = new ArrayList<>();
        int inodes = options.inodes().get(0);
        String title = String.format(Locale.ROOT, "a recording, %,d inodes", inodes);
        Section section;
        try (Scratch scratch = new Scratch()) {
            TraceData seeded = new TraceData(inodes, Math.min(options.events(), 500_000), CheckBench.SEEDS);
            contest(title + ", violations", seeded, scratch, options, notes).compareAnswers();
            section = contest(title, new TraceData(inodes, options.events(), 0), scratch, options, notes)
                    .measure(options.rounds());
        }
        goals.add(Goal.atLeast("replay, M events/s", 40, section.median(OURS), "%.0f", true));
        goals.add(Goal.atLeast("... by two threads", 40, section.median(AHEAD), "%.0f", true));
        section.ratio(OURS, READ);
        section.ratio(AHEAD, OURS);
        double python = section.ratio(OURS, PYTHON);
        double babeltrace = section.ratio(OURS, DUMMY);
        if (python > 0) {
            goals.add(Goal.atLeast("... to Python", 25, python, "%.0f", false));
        }
        if (babeltrace > 0) {
            goals.add(Goal.atLeast("... to babeltrace2, reading only", 20, babeltrace, "%.0f", false));
        }
        LargeReplay.Result large = LargeReplay.run(options);
        facts.add(large.text());
        goals.add(Goal.atMost("large replay, RSS KiB", (double) RSS_KIB_MAX, (double) large.rssKib(), "%.0f", false));
        return new BenchResult("replay", machine, List.of(section), facts, goals, notes);
    }

    private static Contest contest(
            String title, TraceData data, Scratch scratch, SpeedOptions options, List<String> notes)
            throws IOException {
        options.progress().accept(title + ": making events");
        Path cells = scratch.fresh("cells");
        Path recording = scratch.fresh("recording");
        data.write(cells);
        try (Recorder recorder = new Recorder(recording, RigProvenance.of(), RecorderOptions.UNBOUNDED)) {
            data.feed(recorder);
        }
        return new Contest(title, data.made(), data.seeds, notes, options.progress())
                .add(OURS, () -> check(recording))
                .add(AHEAD, () -> checkAhead(recording))
                .addRival(DUMMY, "babeltrace2", () -> Rival.babeltraceDummy(recording, data.made()))
                .add(READ, () -> read(recording))
                .addRival(COUNTER, "babeltrace2", () -> Rival.babeltraceCounter(recording, data.made()))
                .addRival(PYTHON, "python3", () -> Rival.python(cells));
    }

    private static Measured check(Path recording) throws IOException {
        Checker checker = CheckBench.newChecker();
        double start = Measured.cpuSeconds();
        try (RecordingSource source = new RecordingSource(recording)) {
            drain(source, checker);
        }
        double seconds = Measured.cpuSeconds() - start;
        Summary summary = checker.finish();
        return Measured.all(summary.eventsTotal(), CheckBench.violations(summary), seconds);
    }

    private static Measured checkAhead(Path recording) throws IOException {
        Checker checker = CheckBench.newChecker();
        long start = System.nanoTime();
        try (ReadAhead source = new ReadAhead(new RecordingSource(recording))) {
            drain(source, checker);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Summary summary = checker.finish();
        return Measured.all(summary.eventsTotal(), CheckBench.violations(summary), seconds);
    }

    private static Measured read(Path recording) throws IOException {
        CountingSink sink = new CountingSink();
        double start = Measured.cpuSeconds();
        try (RecordingSource source = new RecordingSource(recording)) {
            drain(source, sink);
        }
        return Measured.all(sink.events, -1, Measured.cpuSeconds() - start);
    }

    private static void drain(EventSource source, EventSink sink) {
        int got = 0;
        while (got != EventSource.END) {
            got = source.drain(sink);
        }
    }

    /** Looks at each event, and no more. */
    static final class CountingSink implements EventSink {
        long events;
        long inodes;

        @Override
        public void cell(EventView cell) {
            events++;
            inodes += cell.inode();
        }

        @Override
        public void cells(EventRun run) {
            events += run.size();
            for (int i = 0; i < run.size(); i++) {
                inodes += run.at(i).inode();
            }
        }
    }
}
