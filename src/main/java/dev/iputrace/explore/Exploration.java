package dev.iputrace.explore;

import dev.iputrace.model.Rule;
import dev.iputrace.sim.kernel.Fault;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a search has seen.
 *
 * @param outcome how it ended
 * @param why why it is not exhausted, empty when it is or when something was found
 * @param found a shortest schedule that breaks a rule that was looked for; null when there is none
 * @param foundRules the rules it breaks, the most telling first; empty for a panic
 * @param states different states, their past included as far as the rules remember it
 * @param statesExpanded of these, states all of whose next steps were looked at
 * @param transitions steps from one state to another
 * @param depth steps of the longest schedule to a state, each state by its shortest
 * @param interleavings schedules from the first state to an end; infinite when one comes back to a state it was in,
 *     negative when the search is not exhausted. Exact up to 2^53.
 * @param ends states in which nothing can happen any more
 * @param hangs ends in which a user task waits for something that never comes
 * @param panics states in which a BUG_ON fired
 * @param breaches transitions and ends that break a rule, by rule; those without a breach are left out
 * @param orphanStates states in which an io_end outlives its inode: R9 speaks there if 100 ms pass
 * @param firstOrphan a shortest schedule to such a state, or null
 * @param checked what the real checker said; null when it was not asked
 * @param idleFaults faults that were asked for and had no chance to act in what was seen
 * @param bytes memory that states and transitions took
 */
public record Exploration(
        Outcome outcome,
        String why,
        @Nullable Schedule found,
        List<Rule> foundRules,
        long states,
        long statesExpanded,
        long transitions,
        int depth,
        double interleavings,
        long ends,
        long hangs,
        long panics,
        Map<Rule, Long> breaches,
        long orphanStates,
        @Nullable Schedule firstOrphan,
        @Nullable Checked checked,
        List<Fault> idleFaults,
        long bytes) {
    /** How a search ended. */
    public enum Outcome {
        /** Also when another rule than the one looked for is broken, and that one not. */
        VIOLATION,
        /** R9 or R2w was looked for and can be met: not yet a proof that something is wrong. */
        SUSPECT,
        /** All was seen, and nothing of what was looked for is there. */
        NONE_VIOLATES,
        /** A bound or the user ended it: absence proves nothing. */
        NOT_EXHAUSTED
    }

    /**
     * The real checker's judgement of each transition.
     *
     * @param complete every transition was judged
     * @param transitions judged
     * @param walks schedules they were judged along
     * @param steps steps of these schedules
     * @param proofs findings that are proofs
     * @param suspicions findings that are not
     * @param rules broken according to the checker
     * @param firstAlarm the schedule of the first finding, or null
     */
    public record Checked(
            boolean complete,
            long transitions,
            long walks,
            long steps,
            long proofs,
            long suspicions,
            List<Rule> rules,
            @Nullable Schedule firstAlarm) {}
}
