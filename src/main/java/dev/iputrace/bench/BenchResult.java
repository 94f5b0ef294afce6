package dev.iputrace.bench;

import java.util.List;

/**
 * All that one of the benches measured.
 *
 * @param bench its name
 * @param sections millions a second of each contestant
 * @param facts other figures, a line each
 * @param notes rivals left out
 */
public record BenchResult(
        String bench,
        Machine machine,
        List<Section> sections,
        List<String> facts,
        List<Goal> goals,
        List<String> notes) {
    /** False when a goal was missed that can be judged here. */
    public boolean passed() {
        return goals.stream().noneMatch(goal -> goal.outcome(machine.quiet()) == Goal.Outcome.MISSED);
    }
}
