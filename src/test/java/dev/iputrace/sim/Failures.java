package dev.iputrace.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** Runs many seeds and keeps what went wrong, each with what repeats it. */
final class Failures {
    private static final int TOLD_MAX = 5;
    private static final String COMMIT = commit();

    private final List<String> failures = new ArrayList<>();

    /** {@code check} says what is wrong, "" when nothing is. */
    void each(long seeds, LongFunction<String> check) {
        for (long seed = 1; seed <= seeds; seed++) {
            String wrong = check.apply(seed);
            if (!wrong.isEmpty()) {
                failures.add(wrong);
            }
        }
    }

    static String of(SimRun run, String wrong) {
        return "%s: %s%n  seed %d, commit %s: iputrace %s"
                .formatted(wrong, run, run.options.seed(), COMMIT, run.options.commandLine());
    }

    void assertNone() {
        assertThat(failures.subList(0, Math.min(failures.size(), TOLD_MAX)))
                .as("%d failures", failures.size())
                .isEmpty();
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty").start();
            return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("git describe", e);
        }
    }
}
