package dev.iputrace.explore;

import dev.iputrace.explore.Exploration.Checked;
import dev.iputrace.explore.Exploration.Outcome;
import dev.iputrace.model.Rule;
import dev.iputrace.sim.WorldOptions;
import dev.iputrace.sim.kernel.Fault;
import dev.iputrace.sim.kernel.Panic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An {@link Exploration} for people, in 80 columns. */
public final class ExplorationText {
    private static final int WIDTH = 80;
    private static final String INDENT = " ".repeat(10);
    private static final double EXACT_MAX = 0x1p53;

    private final Exploration result;
    private final List<String> lines = new ArrayList<>();

    private ExplorationText(Exploration result) {
        this.result = result;
    }

    public static List<String> of(WorldOptions world, Exploration result) {
        ExplorationText text = new ExplorationText(result);
        text.head(world);
        text.found();
        text.seen();
        text.checked();
        text.outcome();
        return List.copyOf(text.lines);
    }

    /** A line, or more of them when it is too long. */
    private void say(String format, Object... arguments) {
        StringBuilder line = new StringBuilder();
        for (String word : String.format(Locale.ROOT, format, arguments).split(" ", -1)) {
            if (line.length() + word.length() > WIDTH) {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
                line.append(INDENT);
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
    }

    private void head(WorldOptions world) {
        say("SIMULATED, not this host's kernel: %s", world.era().release());
        say("era       %s%s", world.era().label(), faults(world));
        say("scenario  %s: %s", world.scenario().label(), world.scenario().what());
        say(
                "size      inodes %d, pages to write to each %d, CPUs that take interrupts %d%s",
                world.inodes(), world.ioEnds(), world.cpus(), world.nodelalloc() ? ", nodelalloc" : "");
        say("");
    }

    private static String faults(WorldOptions world) {
        StringBuilder faults = new StringBuilder();
        world.faults().forEach(fault -> faults.append(", fault ").append(fault.label()));
        return faults.toString();
    }

    private void found() {
        Schedule found = result.found();
        if (found == null) {
            return;
        }
        String what = result.foundRules().isEmpty() ? "BUG_ON" : ScheduleText.names(result.foundRules());
        int steps = found.steps().size();
        say("%s: %s", result.outcome(), what);
        say("A shortest schedule, %d steps; no schedule of %d steps breaks it:", steps, steps - 1);
        say("");
        lines.addAll(ScheduleText.of(found));
        say("");
        Panic panic = found.panic();
        if (panic != null) {
            say("the simulated kernel has panicked:");
            lines.addAll(panic.lines());
            say("");
        }
        for (Rule rule : result.foundRules()) {
            say("%-9s %s", rule.id(), rule.proof());
        }
    }

    private void seen() {
        say(
                "seen      %,d states, %,d transitions, the farthest %d steps from the start",
                result.states(), result.transitions(), result.depth());
        if (result.interleavings() >= 0) {
            say("          %s interleavings, %,d different ends", count(result.interleavings()), result.ends());
        } else if (result.states() > result.statesExpanded()) {
            say("          %,d of the states not followed", result.states() - result.statesExpanded());
        }
        for (Map.Entry<Rule, Long> breach : result.breaches().entrySet()) {
            say("broken    %s by %,d transitions or ends", breach.getKey().id(), breach.getValue());
        }
        if (result.panics() > 0) {
            say("panics    %,d states", result.panics());
        }
        if (result.hangs() > 0) {
            say("hangs     %,d ends in which a task waits for what never comes", result.hangs());
        }
    }

    static String count(double number) {
        if (Double.isInfinite(number)) {
            return "infinitely many";
        }
        return number <= EXACT_MAX
                ? String.format(Locale.ROOT, "%,.0f", number)
                : String.format(Locale.ROOT, "%.3e", number);
    }

    private void checked() {
        Checked checked = result.checked();
        if (checked != null) {
            say(
                    "checker   judged %,d transitions%s along %,d schedules",
                    checked.transitions(), checked.complete() ? ", which are all," : "", checked.walks());
            say(
                    "          %s",
                    checked.proofs() + checked.suspicions() == 0
                            ? "no finding"
                            : checked.proofs() + " proofs, " + checked.suspicions() + " suspicions: "
                                    + ScheduleText.names(checked.rules()));
        }
        if (result.orphanStates() > 0) {
            say("R9        an io_end outlives its inode in %,d states: suspected there", result.orphanStates());
            say("          only if 100 ms pass, which no search can tell");
        }
    }

    private void outcome() {
        if (result.outcome() == Outcome.NONE_VIOLATES) {
            say("outcome   the whole space was seen: none violates");
            for (Fault fault : result.idleFaults()) {
                say("          but fault %s had no chance to act: it was not tried;", fault.label());
                say("          see other scenarios, sizes, and --nodelalloc");
            }
        } else if (result.outcome() == Outcome.NOT_EXHAUSTED) {
            say("outcome   NOT EXHAUSTED: %s;", result.why());
            say("          nothing was found so far, which proves nothing");
        } else if (result.found() != null) {
            say("outcome   %s", result.outcome());
        } else if (result.why().isEmpty()) {
            say("outcome   VIOLATION, but never of what was looked for: the whole space was seen");
        } else {
            say("outcome   VIOLATION, but not of what was looked for, and NOT EXHAUSTED: %s", result.why());
        }
    }
}
