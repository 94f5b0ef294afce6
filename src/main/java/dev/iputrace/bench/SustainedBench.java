package dev.iputrace.bench;

import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import org.HdrHistogram.Histogram;

/** A fixed rate for a long time, as {@code live} reads it: full checker, timed drains, 64 MiB of ring. */
final class SustainedBench {
    private static final int C_SECONDS_MAX = 10;

    /**
     * What a reader did at this rate.
     *
     * @param dropped by the producer, for want of room
     * @param lost by the reader's account, from holes in {@code seq}
     * @param cpuShare of one core, the reading thread alone
     * @param collections of garbage meanwhile, -1 where there is no collector
     */
    record Result(
            long events,
            long dropped,
            long lost,
            double seconds,
            double cpuShare,
            long p50Ns,
            long p99Ns,
            long p999Ns,
            long maxNs,
            double bytesPerEvent,
            long collections) {}

    private SustainedBench() {}

    static Result java(RigProgram program, BenchOptions options) {
        RigOptions rig = RigOptions.atRate(options.rate() * options.seconds(), options.rate(), options.inodes());
        Checker checker = new Checker(RigProvenance.of(), CheckerOptions.defaults(), finding -> {});
        long collections = collections();
        ReadRun.Result run = ReadRun.run(program, rig, MeasuringSink.before(checker));
        collections = collections() - collections;
        MeasuringSink sink = run.sink();
        RigReport producer = run.producer();
        if (sink.events() + producer.dropped() != rig.events()) {
            throw new BenchException("bench: read=%d, dropped=%d, want %d together"
                    .formatted(sink.events(), producer.dropped(), rig.events()));
        }
        if (producer.dropped() == 0) {
            RigProvenance.requireClean(checker.finish());
        }
        Histogram latency = sink.latencyNs();
        return new Result(
                sink.events(),
                producer.dropped(),
                sink.lost(),
                run.wallNs() / 1e9,
                run.cpuShare(),
                latency.getValueAtPercentile(50),
                latency.getValueAtPercentile(99),
                latency.getValueAtPercentile(99.9),
                latency.getMaxValue(),
                (double) run.allocatedBytes() / sink.events(),
                collections);
    }

    /** The same rate read by libbpf's loop, woken for each record that finds it waiting. */
    static Result c(RigProgram program, BenchOptions options) {
        long events = options.rate() * Math.min(options.seconds(), C_SECONDS_MAX);
        RigReport report = program.read(
                "libbpf",
                RigOptions.atRate(events, options.rate(), options.inodes()).withWakeups());
        return new Result(
                report.get("checked"),
                report.dropped(),
                report.get("lost"),
                report.elapsedNs() / 1e9,
                (double) report.get("cpu_ns") / report.elapsedNs(),
                report.get("p50_ns"),
                report.get("p99_ns"),
                report.get("p999_ns"),
                report.get("max_ns"),
                0,
                -1);
    }

    private static long collections() {
        long sum = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            sum += Math.max(0, collector.getCollectionCount());
        }
        return sum;
    }
}
