package dev.iputrace.event;

import java.util.Locale;

/** How much the kernel side sends (architecture.md, filter levels). */
public enum Level {
    /** Only refusals, broken rules, window hits and the life of their inodes; the rest is counted. */
    GUARD,
    /** Every event of the watched superblocks. */
    FULL;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
