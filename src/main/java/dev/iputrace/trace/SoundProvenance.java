package dev.iputrace.trace;

import dev.iputrace.event.Provenance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Provenance that came from outside: a number that is none would fail whoever asks for it later, so it goes. */
public final class SoundProvenance {
    /** Key of what was wrong; it weakens the verdict. */
    public static final String BAD = "incomplete.provenance";

    private static final List<String> MASKS = List.of("i_will_free", "i_freeing", "i_clear");
    private static final List<String> TIMES = List.of("wall_offset_ns", "jitter_ns");

    private SoundProvenance() {}

    public static Provenance of(Provenance provenance) {
        Map<String, String> entries = new LinkedHashMap<>(provenance.entries());
        for (String key : MASKS) {
            String value = entries.get(key);
            if (value != null && !isMask(value)) {
                drop(entries, key, value);
            }
        }
        for (String key : TIMES) {
            String value = entries.get(key);
            if (value != null && !isLong(value)) {
                drop(entries, key, value);
            }
        }
        return Provenance.of(entries);
    }

    private static void drop(Map<String, String> entries, String key, String value) {
        entries.remove(key);
        entries.put(BAD, "provenance: not a number: " + key + "=" + value);
    }

    private static boolean isMask(String value) {
        try {
            return Integer.decode(value) >= 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isLong(String value) {
        try {
            Long.parseLong(value);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
