package dev.iputrace.check;

import dev.iputrace.event.LossStage;
import java.util.List;
import java.util.Map;

/**
 * What was tried and did not arrive.
 *
 * @param lost events missing, all stages; exact once the source has told its final counts
 * @param byStage of these, those whose stage is known; stages without loss are absent
 * @param unplaced of these, those that no stage claims
 * @param duplicates events that came twice; the second is ignored
 * @param gaps where in time they are missing, by CPU and then time; neighbours are joined when there are many
 */
public record Loss(long lost, Map<LossStage, Long> byStage, long unplaced, long duplicates, List<Gap> gaps) {
    /**
     * Events missing on one CPU.
     *
     * @param cpu -1 when the source does not tell
     * @param afterNs time of the last event before the gap, 0 when there is none
     * @param beforeNs time of the first event after it, {@link Long#MAX_VALUE} when there is none
     */
    public record Gap(int cpu, long afterNs, long beforeNs, long count) {}

    public boolean none() {
        return lost == 0;
    }
}
