package dev.iputrace.check;

import dev.iputrace.model.Rule;
import org.jspecify.annotations.Nullable;

/**
 * What came of one rule.
 *
 * @param proofs events that break it, as proof
 * @param suspicions events that seem to
 * @param checked whether it could be judged at all
 * @param provable whether a breach would have been a proof
 * @param why the reason when not checked, or when not provable although the rule could be; else null
 */
public record RuleSummary(
        Rule rule,
        long proofs,
        long suspicions,
        boolean checked,
        boolean provable,
        @Nullable String why) {
    public long findings() {
        return proofs + suspicions;
    }
}
