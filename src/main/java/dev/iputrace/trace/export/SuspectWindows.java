package dev.iputrace.trace.export;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import java.util.ArrayList;
import java.util.List;

/** The times around suspect calls: found in a first pass over a trace, so that a second exports only those. Bounded. */
public final class SuspectWindows implements EventSink {
    private static final int WINDOWS_MAX = 1000;

    private final Suspects suspects;
    private final long aroundNs;
    private final List<long[]> windows = new ArrayList<>();
    private long found;

    public SuspectWindows(Suspects suspects, long aroundNs) {
        this.suspects = suspects;
        this.aroundNs = aroundNs;
    }

    @Override
    public void cell(EventView cell) {
        if (cell.op() >= OpCode.FIRST_COMPANION || suspects.name(cell) == null) {
            return;
        }
        found++;
        long from = cell.tsNs() - aroundNs;
        long to = cell.tsNs() + aroundNs;
        for (long[] window : windows) {
            if (from <= window[1] && to >= window[0]) {
                window[0] = Math.min(window[0], from);
                window[1] = Math.max(window[1], to);
                return;
            }
        }
        if (windows.size() < WINDOWS_MAX) {
            windows.add(new long[] {from, to});
        }
    }

    /** Suspect calls seen. */
    public long found() {
        return found;
    }

    public boolean contains(long tsNs) {
        for (long[] window : windows) {
            if (tsNs >= window[0] && tsNs <= window[1]) {
                return true;
            }
        }
        return false;
    }
}
