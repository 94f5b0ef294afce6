package dev.iputrace.cli;

import dev.iputrace.explore.Explorer.Progress;
import java.io.PrintStream;
import java.util.Locale;

/** How a search goes: in one line, once a second on a terminal, else a line every ten seconds. */
final class ExploreProgress {
    private static final long TERMINAL_NS = 1_000_000_000L;
    private static final long FILE_NS = 10_000_000_000L;

    private final PrintStream out;
    private final boolean terminal = Console.isTerminal(2);
    private final long startNs = System.nanoTime();
    private long nextNs = startNs + (terminal ? TERMINAL_NS : FILE_NS);
    private boolean shown;

    ExploreProgress(PrintStream out) {
        this.out = out;
    }

    void show(Progress progress) {
        long nowNs = System.nanoTime();
        if (nowNs < nextNs) {
            return;
        }
        nextNs = nowNs + (terminal ? TERMINAL_NS : FILE_NS);
        String line = line(progress, (nowNs - startNs) / 1e9);
        shown = terminal;
        out.print(terminal ? String.format(Locale.ROOT, "\r%-78s", line) : "iputrace: " + line + "\n");
        out.flush();
    }

    static String line(Progress progress, double seconds) {
        if (progress.judged() >= 0) {
            return String.format(
                    Locale.ROOT, "checker: %,d of %,d transitions judged", progress.judged(), progress.transitions());
        }
        return String.format(
                Locale.ROOT,
                "%,d states, %,.0f a second, %,d ahead, %d steps deep, %,d MiB",
                progress.states(),
                progress.states() / seconds,
                progress.states() - progress.expanded(),
                progress.depth(),
                progress.bytes() >> 20);
    }

    /** Leaves the line that {@link #show} writes over. */
    void done() {
        if (shown) {
            out.println();
        }
    }
}
