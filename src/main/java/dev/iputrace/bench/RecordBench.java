package dev.iputrace.bench;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.EventCell;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code bench record}: cells to the page cache, beside a plain copy of the same bytes. */
public final class RecordBench {
    private static final String OURS = "iputrace, one cell at a time as live gives them";
    private static final String CAT = "cat, the same bytes";
    private static final String BABELTRACE = "babeltrace2, copies the recording";

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
        EventCell cell = new EventCell(mapped.bytes());
        double start = Measured.cpuSeconds();
        Recorder recorder = new Recorder(directory, RigProvenance.of(), RecorderOptions.UNBOUNDED);
        for (int i = 0; i < mapped.count(); i++) {
            recorder.cell(cell.at(i * CellLayout.CELL_SIZE));
        }
        recorder.close();
        double seconds = Measured.cpuSeconds() - start;
        if (recorder.problem() != null) {
            throw new BenchException("bench: " + recorder.problem());
        }
        return Measured.all(recorder.recorded(), -1, seconds);
    }
}
