package dev.iputrace.bench;

import java.util.List;
import java.util.function.Consumer;

/**
 * How much is measured by {@code bench check|replay|record|import|start}.
 *
 * @param events a contestant and round, about
 * @param inodes to measure {@code check} with, each in turn; the others take the first
 * @param largeBytes of the recording whose replay must not need memory
 * @param self command that starts iputrace
 * @param progress told what is being measured
 */
public record SpeedOptions(
        long events, List<Integer> inodes, int rounds, long largeBytes, List<String> self, Consumer<String> progress) {
    public SpeedOptions {
        require("events", events, 1000, 1_000_000_000);
        require("rounds", rounds, 1, 1000);
        require("large", largeBytes, 1 << 20, 1L << 50);
        inodes.forEach(count -> require("inodes", count, 1000, 20_000_000));
    }

    private static void require(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("bench: %s=%d, want %d to %d".formatted(name, value, min, max));
        }
    }
}
