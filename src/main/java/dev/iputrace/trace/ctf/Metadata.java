package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.event.Provenance;
import dev.iputrace.trace.TraceFormatException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What our reader needs of a metadata file; the event layout itself is known by its {@code abi_version}. */
record Metadata(@Nullable UUID uuid, Provenance provenance) {
    /** Names in {@code env} that are the format's own. */
    private static final String OWN_NAMES = "domain|tracer_name|tracer_major|tracer_minor|abi_version";

    /** Throws {@link TraceFormatException} on text that is cut, no TSDL, or of another tool. */
    static Metadata parse(String text) {
        TsdlScanner scanner = new TsdlScanner(text);
        Map<String, String> trace = Map.of();
        Map<String, String> env = Map.of();
        int events = 0;
        while (scanner.hasMore()) {
            String word = scanner.next();
            switch (word) {
                case "trace" -> trace = scanner.assignments();
                case "env" -> env = scanner.assignments();
                case "event" -> {
                    scanner.assignments();
                    events++;
                }
                default -> scanner.skipStatement();
            }
        }
        String tracer = env.get("tracer_name");
        if (!"iputrace".equals(tracer)) {
            throw new TraceFormatException("metadata: not a recording of iputrace: tracer_name=" + tracer);
        }
        int abi = (int) number(env.get("abi_version"));
        if (abi != CellLayout.ABI_VERSION || events == 0) {
            throw new TraceFormatException("metadata: unknown layout: abi_version=" + abi + ", want="
                    + CellLayout.ABI_VERSION + ", event classes=" + events);
        }
        return new Metadata(uuid(trace.get("uuid")), provenance(env));
    }

    private static Provenance provenance(Map<String, String> env) {
        Map<String, String> entries = new LinkedHashMap<>();
        env.forEach((name, value) -> {
            if (!isOwn(name)) {
                entries.put(name.replace("__", "."), value);
            }
        });
        return Provenance.of(entries);
    }

    static boolean isOwn(String name) {
        return name.matches(OWN_NAMES);
    }

    private static @Nullable UUID uuid(@Nullable String text) {
        try {
            return text == null ? null : UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new TraceFormatException("metadata: bad uuid: " + text, e);
        }
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? -1 : Long.decode(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
