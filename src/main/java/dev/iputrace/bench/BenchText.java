package dev.iputrace.bench;

import java.util.Locale;

/** A {@link RingBench.Result} for people; below 80 columns. */
public final class BenchText {
    private BenchText() {}

    public static String of(RingBench.Result result) {
        StringBuilder text = new StringBuilder();
        head(text, result);
        saturated(text, result.saturated());
        sustained(text, result);
        line(
                text,
                "epoll mode: %d of %,d events read, %d wake-ups lost%n",
                result.wakeupEvents(),
                (long) result.options().wakeupRuns() * BenchOptions.WAKEUP_EVENTS,
                result.stalls());
        line(text, "%-26s %-18s %-18s %s", "goal", "wanted", "measured", "");
        for (Goal goal : result.goals()) {
            String outcome =
                    goal.outcome(result.quiet()).name().toLowerCase(Locale.ROOT).replace('_', ' ');
            line(text, "%-26s %-18s %-18s %s", goal.name(), goal.wanted(), goal.measured(), outcome);
        }
        if (!result.quiet()) {
            line(text, "load %.1f at the start: absolute figures that fall short are not judged", result.load());
        }
        return text.toString();
    }

    private static void head(StringBuilder text, RingBench.Result result) {
        line(
                text,
                "ring rig: %d CPUs, %s %s, Java %s, load %.1f, %,d inodes%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                result.load(),
                result.options().inodes());
    }

    private static void saturated(StringBuilder text, SaturatedBench.Result saturated) {
        line(
                text,
                "%-40s %-19s %s",
                "saturated: median [min-max] of "
                        + saturated.javaAlone().millionsPerSecond().size(),
                "M events/s",
                "reader ns/event");
        for (SaturatedBench.Row row : saturated.rows()) {
            line(
                    text,
                    "%-40s %-19s %s",
                    row.name(),
                    Spread.of(row.millionsPerSecond()).text(1),
                    Spread.of(row.cpuNsPerEvent()).text(0));
        }
        line(
                text,
                "%-40s %s",
                "full checker in Java to libbpf's loop",
                saturated.javaToC().text(2));
        line(text, "all readers name the same %,d seeded violations%n", saturated.violations());
    }

    private static void sustained(StringBuilder text, RingBench.Result result) {
        line(
                text,
                "%-16s %9s %6s %6s %8s %8s %8s %9s",
                String.format(Locale.ROOT, "%,d/s", result.options().rate()),
                "M events",
                "lost",
                "core",
                "p50 us",
                "p99 us",
                "p99.9",
                "max us");
        sustained(text, "Java, checker", result.sustained());
        sustained(text, "C, epoll", result.sustainedC());
        line(
                text,
                "Java: %.3f bytes allocated per event, %d garbage collections%n",
                result.sustained().bytesPerEvent(),
                result.sustained().collections());
    }

    private static void sustained(StringBuilder text, String name, SustainedBench.Result run) {
        line(
                text,
                "%-16s %9.1f %6d %6.2f %8.1f %8.1f %8.1f %9.1f",
                name,
                run.events() / 1e6,
                run.dropped(),
                run.cpuShare(),
                run.p50Ns() / 1e3,
                run.p99Ns() / 1e3,
                run.p999Ns() / 1e3,
                run.maxNs() / 1e3);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
