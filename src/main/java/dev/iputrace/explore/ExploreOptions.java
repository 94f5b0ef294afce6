package dev.iputrace.explore;

import dev.iputrace.model.Rule;

/**
 * How far to search, and for what.
 *
 * @param soughtRules bits of {@link Rule#bit}: the search ends at the first breach of one of them
 * @param panic ends at a BUG_ON instead
 * @param statesMax bound
 * @param bytesMax bound of what the search stores, near enough
 * @param checker let the real checker judge each transition of a space in which nothing was found
 */
public record ExploreOptions(int soughtRules, boolean panic, long statesMax, long bytesMax, boolean checker) {
    /** All that is wrong in any schedule; R9 depends on time and R2w is no proof, so both are only counted. */
    public static final int WRONG = 0x7ff & ~Rule.R9.bit() & ~Rule.R2W.bit();

    public ExploreOptions {
        if (statesMax < 1) {
            throw new IllegalArgumentException("explore: states=" + statesMax + ", want > 0");
        }
        long heapBytes = Runtime.getRuntime().maxMemory();
        if (bytesMax < 1 << 20 || bytesMax > heapBytes / 5 * 4) {
            throw new IllegalArgumentException("explore: memory=" + bytesMax + ", want " + (1 << 20)
                    + " to four fifths of the heap, " + heapBytes / 5 * 4
                    + "; IPUTRACE_JAVA_OPTS=-Xmx8g makes that larger");
        }
    }

    public static ExploreOptions defaults() {
        return new ExploreOptions(
                WRONG, false, Long.MAX_VALUE, Runtime.getRuntime().maxMemory() / 5 * 3, true);
    }

    public ExploreOptions withStatesMax(long value) {
        return new ExploreOptions(soughtRules, panic, value, bytesMax, checker);
    }

    public ExploreOptions withBytesMax(long value) {
        return new ExploreOptions(soughtRules, panic, statesMax, value, checker);
    }

    public ExploreOptions withRule(Rule rule) {
        return new ExploreOptions(rule.bit(), panic, statesMax, bytesMax, checker);
    }

    public ExploreOptions withChecker(boolean value) {
        return new ExploreOptions(soughtRules, panic, statesMax, bytesMax, value);
    }

    public ExploreOptions untilPanic() {
        return new ExploreOptions(0, true, statesMax, bytesMax, checker);
    }
}
