package dev.iputrace.bench;

import java.util.List;
import java.util.Locale;

/** Results for people; below 80 columns. */
public final class BenchText {
    private BenchText() {}

    public static String of(BenchResult result) {
        StringBuilder text = new StringBuilder();
        line(text, "%s", result.machine().text());
        for (Section section : result.sections()) {
            line(text, "%-44s %s", section.title(), "M events/s, median [min-max]");
            section.rows().forEach((name, spread) -> line(text, "  %-42s %s", name, spread.text(2)));
            section.ratios().forEach((rival, spread) -> line(text, "    times %-36s %s", rival, spread.text(2)));
        }
        result.facts().forEach(fact -> line(text, "%s", fact));
        goals(text, result.goals(), result.machine());
        result.notes().forEach(note -> line(text, "%s", note));
        return text.toString();
    }

    public static String of(RingBench.Result result) {
        StringBuilder text = new StringBuilder();
        head(text, result);
        saturated(text, result.saturated());
        sustained(text, result);
        line(
                text,
                "epoll mode, %d runs of %,d events: %d wake-ups lost, %d without the fence%n",
                result.options().wakeupRuns(),
                BenchOptions.WAKEUP_EVENTS,
                result.stalls(),
                result.stallsUnfenced());
        goals(text, result.goals(), result.machine());
        return text.toString();
    }

    private static void goals(StringBuilder text, List<Goal> goals, Machine machine) {
        line(text, "%-36s %-13s %-13s %s", "goal", "wanted", "measured", "");
        for (Goal goal : goals) {
            String outcome = goal.outcome(machine.quiet())
                    .name()
                    .toLowerCase(Locale.ROOT)
                    .replace('_', ' ');
            line(text, "%-36s %-13s %-13s %s", goal.name(), goal.wanted(), goal.measured(), outcome);
        }
        if (!machine.quiet()) {
            line(text, "others use this machine: absolute figures that fall short are not judged");
        }
    }

    private static void head(StringBuilder text, RingBench.Result result) {
        line(text, "%s", result.machine().text());
        line(
                text,
                "a ring with a producer in user space, %,d inodes",
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
