package dev.iputrace.check;

import dev.iputrace.model.Rule;
import org.jspecify.annotations.Nullable;

/** What the event at hand breaks, collected while it is judged; reused for each event. */
final class Breach {
    private int proofs;
    private int suspicions;
    private int byState;
    private long sinceNs = Long.MAX_VALUE;
    private @Nullable String why;

    void clear() {
        proofs = 0;
        suspicions = 0;
        byState = 0;
        sinceNs = Long.MAX_VALUE;
        why = null;
    }

    /** Rules judged from the event's own bytes. */
    void stateless(int rules) {
        proofs |= rules & ~Rule.R2W.bit();
        suspicions |= rules & Rule.R2W.bit();
    }

    /** A rule judged from the event's own bytes; {@code whySuspect}: why its probe makes it no proof, or null. */
    void seen(Rule rule, @Nullable String whySuspect) {
        if (whySuspect == null) {
            proofs |= rule.bit();
        } else {
            suspicions |= rule.bit();
            why = whySuspect;
        }
    }

    /**
     * A rule that rests on earlier events.
     *
     * @param stateNs when the state it rests on began: an event lost after that may explain it
     * @param whySuspect why it is no proof, null when it is
     */
    void found(Rule rule, long stateNs, @Nullable String whySuspect) {
        seen(rule, whySuspect);
        byState |= rule.bit();
        sinceNs = Math.min(sinceNs, stateNs);
    }

    /** Takes back what rests on earlier events, because a lost one explains it. */
    void forgive() {
        proofs &= ~byState;
        suspicions &= ~byState;
        byState = 0;
    }

    boolean any() {
        return (proofs | suspicions) != 0;
    }

    int proofs() {
        return proofs;
    }

    int suspicions() {
        return suspicions & ~proofs;
    }

    boolean restsOnState() {
        return byState != 0;
    }

    /** True when a rule is broken that needs no earlier event. */
    boolean restsOnItself() {
        return ((proofs | suspicions) & ~byState) != 0;
    }

    /** Since when nothing may have been lost, for what rests on earlier events. */
    long sinceNs() {
        return sinceNs;
    }

    @Nullable
    String why() {
        return why;
    }
}
