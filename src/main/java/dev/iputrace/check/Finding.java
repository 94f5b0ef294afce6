package dev.iputrace.check;

import dev.iputrace.model.Rule;
import dev.iputrace.model.Strength;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event (or the lack of one) that breaks a rule, with all that explains it.
 *
 * @param number from 1, in order of the stream
 * @param rule the most telling rule that the event breaks
 * @param also the others it breaks
 * @param strength what this finding is worth; at most the rule's own
 * @param whySuspect why it is only SUSPECT although the rule could be a proof; else null
 * @param event the event that shows it; for a leak, the io_end's init or the inode's last event
 * @param generation life of this inode address, from 1 for the first one seen; 0 when lives cannot be told apart
 * @param refusal the igrab that took no reference, for a put that gives back none; null when not seen
 * @param init the init of the io_end concerned; null when there is none or it was not kept
 * @param history last events of this inode, oldest first, the event itself included; at most 32
 * @param consequence what this kernel does about it
 */
public record Finding(
        long number,
        Rule rule,
        List<Rule> also,
        Strength strength,
        @Nullable String whySuspect,
        Evidence event,
        int generation,
        @Nullable Evidence refusal,
        @Nullable Evidence init,
        List<Seen> history,
        String consequence) {
    public static final int HISTORY_MAX = 32;

    Finding numbered(long newNumber) {
        return new Finding(
                newNumber, rule, also, strength, whySuspect, event, generation, refusal, init, history, consequence);
    }

    Finding asSuspect(String why) {
        return new Finding(
                number, rule, also, Strength.SUSPECT, why, event, generation, refusal, init, history, consequence);
    }

    public Seen seen() {
        return event.seen();
    }

    public boolean isProof() {
        return strength == Strength.PROOF;
    }
}
