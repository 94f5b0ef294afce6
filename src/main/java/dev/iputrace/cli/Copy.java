package dev.iputrace.cli;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Moves all of a source into a sink, for commands that do not judge. */
final class Copy {
    private static final long PAUSE_NS = 1_000_000;

    private Copy() {}

    /** Returns the number of cells. */
    static long all(EventSource source, EventSink sink) {
        long[] cells = new long[1];
        EventSink counting = cell -> {
            cells[0]++;
            sink.cell(cell);
        };
        int got = source.drain(counting);
        while (got != EventSource.END) {
            if (got == 0) {
                LockSupport.parkNanos(PAUSE_NS);
            }
            got = source.drain(counting);
        }
        return cells[0];
    }

    static void complain(EventSource source, @Nullable String problem) {
        String damage = source.provenance().get("damage");
        if (damage != null) {
            Console.err().println("iputrace: damaged input: " + damage);
        }
        if (problem != null) {
            Console.err().println("iputrace: " + problem);
        }
    }

    static int exitCode(EventSource source) {
        return source.provenance().get("damage") == null ? ExitCode.OK : ExitCode.BAD_INPUT;
    }
}
