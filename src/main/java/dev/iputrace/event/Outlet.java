package dev.iputrace.event;

import org.jspecify.annotations.Nullable;

/** How the lines went that must outlive a panic: each violation, into a file and into the kernel's log. */
public interface Outlet {
    /** Lines of the file that were made, durable or not. */
    long lines();

    /** Longest time from a kernel event to its durable line, in ns; meaningful for a live kernel only. */
    long delayNsMax();

    /** What could not be written, and why, or null. */
    @Nullable
    String failure();
}
