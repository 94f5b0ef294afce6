package dev.iputrace.bench;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellRun;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code bench record}: cells to the page cache, beside a plain copy of the same bytes. */
public final class RecordBench {
    private static final String OURS = "iputrace, runs as its thread gets them from live";
    private static final String CAT = "cat, the same bytes";
    private static final String BABELTRACE = "babeltrace2, copies the recording";

    /** As many as {@link dev.iputrace.trace.ctf.RecordingThread} has in a chunk. */
    private static final int RUN_CELLS = 4096;

    private RecordBench() {}

    public static BenchResult run(SpeedOptions options) throws IOException {
        Machine machine = Machine.now();
        List<String> notes = new ArrayList<>();
        Section section;
        try (Scratch scratch = new Scratch()) {
            options.progress().accept("making events");
            TraceData data = new TraceData(options.inodes().get(0), options.events(), 0);
            Path cells = scratch.fresh("cells");
            data.write(cells);
            Path kept = scratch.fresh("kept");
            record(cells, kept);
            section = new Contest("recording", data.made(), 0, notes, options.progress())
                    .add(CAT, () -> {
                        Path copy = scratch.fresh("copy");
                        Measured measured = Rival.cat(cells, copy, data.made());
                        Scratch.delete(copy);
                        return measured;
                    })
                    .add(OURS, () -> {
                        Path fresh = scratch.fresh("recording");
                        Measured measured = record(cells, fresh);
                        Scratch.delete(fresh);
                        return measured;
                    })
                    .addRival(BABELTRACE, "babeltrace2", () -> {
                        Path copy = scratch.fresh("copy");
                        Measured measured = Rival.babeltraceCopy(kept, copy, data.made());
                        Scratch.delete(copy);
                        return measured;
                    })
                    .measure(options.rounds());
        }
        section.ratio(OURS, CAT);
        section.ratio(OURS, BABELTRACE);
        Goal goal = Goal.atLeast("record, M events/s", 60, section.median(OURS), "%.0f", true);
        return new BenchResult("record", machine, List.of(section), List.of(), List.of(goal), notes);
    }

    private static Measured record(Path cells, Path directory) throws IOException {
        MappedCells mapped = new MappedCells(cells);
        CellRun run = new CellRun(mapped.bytes());
        double start = Measured.cpuSeconds();
        Recorder recorder = new Recorder(directory, RigProvenance.of(), RecorderOptions.UNBOUNDED);
        for (long cell = 0; cell < mapped.count(); cell += RUN_CELLS) {
            int size = (int) Math.min(RUN_CELLS, mapped.count() - cell);
            recorder.cells(run.set(Math.toIntExact(cell * CellLayout.CELL_SIZE), size));
        }
        recorder.close();
        double seconds = Measured.cpuSeconds() - start;
        if (recorder.problem() != null) {
            throw new BenchException("bench: " + recorder.problem());
        }
        return Measured.all(recorder.recorded(), -1, seconds);
    }
}
