package dev.iputrace.trace.ctf;

import dev.iputrace.event.Provenance;
import java.util.ArrayList;
import java.util.List;

/** What was wrong with a recording, where, in the order it was met. Bounded: the rest is counted. */
final class Damage {
    private static final int TOLD_MAX = 8;

    private final List<String> told = new ArrayList<>();
    private int count;

    void add(String file, long offset, String what) {
        add("file=" + file + ", byte=" + offset + ": " + what);
    }

    void add(String what) {
        count++;
        if (told.size() < TOLD_MAX) {
            told.add(what);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    Provenance note(Provenance provenance) {
        if (count == 0) {
            return provenance;
        }
        String more = count > told.size() ? "; and " + (count - told.size()) + " more" : "";
        String all = String.join("; ", told) + more;
        return provenance.with("damage", all).with("incomplete.damage", "the recording is damaged: " + all);
    }
}
