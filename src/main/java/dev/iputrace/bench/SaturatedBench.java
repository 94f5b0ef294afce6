package dev.iputrace.bench;

import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The readers one after the other, in rounds, each fed as fast as it can read. */
final class SaturatedBench {
    private static final long WARM_UP_EVENTS = 8_000_000;
    /** In each repetition of the history, for the round that compares answers. */
    private static final int BAD = 5;

    /**
     * What one reader did in all rounds.
     *
     * @param millionsPerSecond wall time, producer and reader together
     * @param cpuNsPerEvent of the reading thread
     */
    record Row(String name, List<Double> millionsPerSecond, List<Double> cpuNsPerEvent) {
        static Row named(String name) {
            return new Row(name, new ArrayList<>(), new ArrayList<>());
        }

        void add(long events, long wallNs, long cpuNs) {
            millionsPerSecond.add(events * 1e3 / wallNs);
            cpuNsPerEvent.add((double) cpuNs / events);
        }
    }

    /**
     * All readers.
     *
     * @param javaToC per round: Java to libbpf's loop, with the same rules
     * @param violations that each reader found in the history with seeded ones
     */
    record Result(Row javaAlone, Row javaChecker, Row cLibbpf, Row cBatch, Spread javaToC, long violations) {
        List<Row> rows() {
            return List.of(javaAlone, javaChecker, cLibbpf, cBatch);
        }
    }

    private final RigProgram program;
    private final BenchOptions options;
    private final Row javaAlone = Row.named("Java reader, transport alone");
    private final Row javaChecker = Row.named("Java reader, full checker");
    private final Row cLibbpf = Row.named("C reader, libbpf's loop, same rules");
    private final Row cBatch = Row.named("C reader, our loop, same rules");

    SaturatedBench(RigProgram program, BenchOptions options) {
        this.program = program;
        this.options = options;
    }

    Result run(Consumer<String> progress) {
        progress.accept("comparing answers on a history with seeded violations");
        long violations = compareAnswers();
        RigOptions warmUp = RigOptions.saturated(WARM_UP_EVENTS, options.inodes());
        javaChecked(warmUp, Row.named("warm-up"));
        java(warmUp, Row.named("warm-up"));
        RigOptions rig = RigOptions.saturated(options.eventsPerRound(), options.inodes());
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < options.rounds(); round++) {
            progress.accept("saturated: round " + (round + 1) + " of " + options.rounds());
            c("libbpf", rig, cLibbpf);
            javaChecked(rig, javaChecker);
            java(rig, javaAlone);
            c("batch", rig, cBatch);
            ratios.add(javaChecker.millionsPerSecond().get(round)
                    / cLibbpf.millionsPerSecond().get(round));
        }
        return new Result(javaAlone, javaChecker, cLibbpf, cBatch, Spread.of(ratios), violations);
    }

    /** A fast wrong reader must not win: all must see every event and name every violation. */
    private long compareAnswers() {
        RigOptions rig = RigOptions.saturated(1_000_000, options.inodes()).withBad(BAD);
        Checker checker = new Checker(RigProvenance.of(), CheckerOptions.defaults(), finding -> {});
        ReadRun.Result result = ReadRun.run(program, rig, MeasuringSink.before(checker));
        Summary summary = checker.finish();
        RigReport libbpf = program.read("libbpf", rig);
        RigReport batch = program.read("batch", rig);
        requireComplete(
                "Java reader", rig, result.sink().events(), result.sink().lost());
        long violations = summary.badPuts();
        if (violations != libbpf.get("violations") || violations != batch.get("violations") || violations == 0) {
            throw new BenchException("bench: readers disagree: Java checker=%d, C libbpf=%d, C batch=%d violations"
                    .formatted(violations, libbpf.get("violations"), batch.get("violations")));
        }
        return violations;
    }

    private void java(RigOptions rig, Row row) {
        ReadRun.Result result = ReadRun.run(program, rig, MeasuringSink.alone());
        requireComplete(row.name(), rig, result.sink().events(), result.sink().lost());
        row.add(result.sink().events(), result.wallNs(), result.cpuNs());
    }

    private void javaChecked(RigOptions rig, Row row) {
        Checker checker = new Checker(RigProvenance.of(), CheckerOptions.defaults(), finding -> {});
        ReadRun.Result result = ReadRun.run(program, rig, MeasuringSink.counting(checker));
        Summary summary = checker.finish();
        requireComplete(row.name(), rig, result.sink().events(), summary.loss().lost());
        RigProvenance.requireClean(summary);
        row.add(result.sink().events(), result.wallNs(), result.cpuNs());
    }

    private void c(String reader, RigOptions rig, Row row) {
        RigReport report = program.read(reader, rig);
        requireComplete(row.name(), rig, report.get("checked"), report.get("lost"));
        row.add(report.get("checked"), report.get("wall_ns"), report.get("cpu_ns"));
    }

    private static void requireComplete(String name, RigOptions rig, long events, long lost) {
        if (events != rig.events() || lost != 0) {
            throw new BenchException(
                    "bench: %s: events=%d, lost=%d, want %d and 0".formatted(name, events, lost, rig.events()));
        }
    }
}
