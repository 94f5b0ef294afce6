package dev.iputrace.cli;

import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSource;
import java.io.PrintStream;
import java.util.Locale;

/** How a replay goes, once a second in one line, on a terminal only. */
final class ReplayProgress {
    private final PrintStream out;
    private final EventSource source;
    private final boolean terminal = Console.isTerminal(2);
    private final long startNs = System.nanoTime();
    private boolean shown;

    ReplayProgress(PrintStream out, EventSource source) {
        this.out = out;
        this.source = source;
    }

    void show(Summary summary) {
        if (!terminal) {
            return;
        }
        shown = true;
        double seconds = (System.nanoTime() - startNs) / 1e9;
        out.print("\r" + line(summary.eventsTotal(), percent(), seconds));
        out.flush();
    }

    private int percent() {
        if (source instanceof dev.iputrace.trace.Progress progress && progress.bytesTotal() > 0) {
            return (int) (100 * progress.bytesRead() / progress.bytesTotal());
        }
        return -1;
    }

    static String line(long events, int percent, double seconds) {
        String part = percent < 0 ? "" : String.format(Locale.ROOT, "%3d %%, ", percent);
        return String.format(
                Locale.ROOT,
                "%-78s",
                String.format(Locale.ROOT, "%s%,d events, %,.0f a second", part, events, events / seconds));
    }

    void done() {
        if (shown) {
            out.println();
        }
    }
}
