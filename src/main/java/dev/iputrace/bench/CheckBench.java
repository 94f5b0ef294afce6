package dev.iputrace.bench;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellRun;
import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Summary;
import dev.iputrace.model.Rule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code bench check}: the checker on cells in memory, beside the same rules in C and in a Python script. */
public final class CheckBench {
    static final String OURS = "iputrace";
    private static final String C = "C reference, the same rules";
    private static final String PREFETCH = "C reference, with prefetch instructions";
    private static final String PYTHON = "Python, struct loop";

    /** Seeded violations in the file on which the answers are compared. */
    static final int SEEDS = 99;

    private static final int PYTHON_INODES_MAX = 1_000_000;
    private static final int RUN_CELLS = 1024;

    /** By number of inodes: what is promised, in millions a second and as a share of C. */
    private record Wanted(int inodes, double millions, double ratio) {}

    private static final List<Wanted> WANTED = List.of(
            new Wanted(1000, 90, 0.65),
            new Wanted(100_000, 45, 0.65),
            new Wanted(1_000_000, 28, 0.9),
            new Wanted(10_000_000, 35, 0.9));

    private final SpeedOptions options;
    private final List<Section> sections = new ArrayList<>();
    private final List<Goal> goals = new ArrayList<>();
    private final List<String> facts = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    /** In the second half: windows of CPUs and call sites are there by then. */
    private double bytesPerEvent;

    private long bytesPerInode;

    private CheckBench(SpeedOptions options) {
        this.options = options;
    }

    public static BenchResult run(SpeedOptions options) throws IOException {
        Machine machine = Machine.now();
        CheckBench bench = new CheckBench(options);
        try (RigProgram rig = RigProgram.unpack();
                Scratch scratch = new Scratch()) {
            for (int inodes : options.inodes()) {
                bench.measure(rig, scratch, inodes);
            }
        }
        return new BenchResult("check", machine, bench.sections, bench.facts, bench.goals, bench.notes);
    }

    private void measure(RigProgram rig, Scratch scratch, int inodes) throws IOException {
        String title = String.format(Locale.ROOT, "%,d inodes", inodes);
        options.progress().accept(title + ": making events");
        TraceData seeded = new TraceData(inodes, Math.min(options.events(), 500_000), SEEDS);
        contest(title + ", violations", rig, seeded, scratch.fresh("seeded")).compareAnswers();
        Path cells = scratch.fresh("cells");
        Section section = contest(title, rig, new TraceData(inodes, options.events(), 0), cells)
                .measure(options.rounds());
        Scratch.delete(cells);
        judge(section, inodes);
        sections.add(section);
    }

    private Contest contest(String title, RigProgram rig, TraceData data, Path cells) throws IOException {
        data.write(cells);
        Contest contest = new Contest(title, data.made(), data.seeds, notes, options.progress())
                .add(C, () -> Rival.reference(rig.checkFile("file", cells, data.inodes), data.inodes))
                .add(OURS, () -> check(cells, data.inodes))
                .add(PREFETCH, () -> Rival.reference(rig.checkFile("prefetch", cells, data.inodes), data.inodes));
        return data.inodes > PYTHON_INODES_MAX
                ? contest
                : contest.addRival(PYTHON, "python3", () -> Rival.python(cells));
    }

    private void judge(Section section, int inodes) {
        double ratio = section.ratio(OURS, C);
        section.ratio(OURS, PREFETCH);
        section.ratio(OURS, PYTHON);
        for (Wanted wanted : WANTED) {
            if (wanted.inodes == inodes) {
                goals.add(Goal.atLeast(section.title() + ", to C", wanted.ratio, ratio, "%.2f", false));
                goals.add(Goal.atLeast("... M events/s", wanted.millions, section.median(OURS), "%.0f", true));
            }
        }
        facts.add(String.format(
                Locale.ROOT,
                "%s: %d bytes of heap an inode, %.4f bytes allocated an event",
                section.title(),
                bytesPerInode,
                bytesPerEvent));
        if (inodes >= 1_000_000) {
            goals.add(Goal.atMost("... bytes an inode", 64, (double) bytesPerInode, "%.0f", false));
        }
        goals.add(Goal.atMost("... bytes allocated an event", 0.01, bytesPerEvent, "%.4f", false));
    }

    /** Time of all but the births, which fill the table. */
    private Measured check(Path path, int inodes) throws IOException {
        MappedCells cells = new MappedCells(path);
        CellRun run = new CellRun(cells.bytes());
        long heapBefore = heapUsed();
        Checker checker = newChecker();
        feed(checker, run, 0, inodes);
        bytesPerInode = (heapUsed() - heapBefore) / inodes;
        double start = Measured.cpuSeconds();
        long middle = (inodes + cells.count()) / 2;
        feed(checker, run, inodes, middle);
        long allocated = allocated();
        feed(checker, run, middle, cells.count());
        checker.flush();
        bytesPerEvent = (double) (allocated() - allocated) / (cells.count() - middle);
        double seconds = Measured.cpuSeconds() - start;
        Summary summary = checker.finish();
        return new Measured(summary.eventsTotal(), violations(summary), cells.count() - inodes, seconds);
    }

    static Checker newChecker() {
        return new Checker(RigProvenance.of(), CheckerOptions.defaults().withInodesMax(1 << 24), finding -> {});
    }

    /** Events that broke a rule, as the others count them. */
    static long violations(Summary summary) {
        long violations = summary.badPuts();
        for (Rule rule : List.of(Rule.R3, Rule.R4, Rule.R5, Rule.R6, Rule.R7, Rule.R8, Rule.R9, Rule.R10)) {
            violations += summary.rule(rule).findings();
        }
        return violations;
    }

    private static void feed(Checker checker, CellRun run, long from, long to) {
        for (long cell = from; cell < to; cell += RUN_CELLS) {
            int size = (int) Math.min(RUN_CELLS, to - cell);
            checker.cells(run.set(Math.toIntExact(cell * CellLayout.CELL_SIZE), size));
        }
    }

    private static long heapUsed() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
