package dev.iputrace.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whose kernel an observation is of, and so where evidence belongs.
 *
 * @param local this host's
 * @param evidence file that violations are appended to; null for none
 * @param kernelLog this host's kernel log, to which they go as well; null for none
 */
record Watched(
        boolean local, @Nullable Path evidence, @Nullable Path kernelLog) {
    /** None that lives: a recording, a simulation. */
    static final Watched NOTHING = new Watched(false, null, null);

    /** False when nobody would read what is told of violations as they happen. */
    boolean leavesEvidence() {
        return local || evidence != null;
    }

    static Watched thisHost(EvidenceOptions options) {
        return new Watched(true, options.file(), options.kernelLog());
    }

    /** Another host's, now. */
    static Watched otherHost(EvidenceOptions options) {
        return new Watched(false, options.file(), null);
    }
}
