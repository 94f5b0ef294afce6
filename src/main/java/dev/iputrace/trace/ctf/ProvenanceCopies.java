package dev.iputrace.trace.ctf;

import dev.iputrace.event.Provenance;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The provenance of a trace, which is written twice: to {@code .provenance}, and after that to {@code env} of the
 * metadata. A recorder that was killed in between leaves the older one in the metadata, and no {@link CtfLayout#ENDED}
 * there; all other differences are damage.
 *
 * @param doubtful nobody can say which is right, so nothing may be proved by what it says of order and completeness
 */
record ProvenanceCopies(Provenance provenance, boolean doubtful) {
    private static final String FILE = "file=" + CtfLayout.PROVENANCE + ": ";
    private static final String KILLED = "recorder was killed while it wrote down how the events were captured";

    /** {@code exact} is the text of the file, null when there is none; {@code env} null when it cannot be read. */
    static ProvenanceCopies of(@Nullable String exact, @Nullable Provenance env, Damage damage) {
        Provenance parsed = Provenance.parse(exact == null ? "" : exact);
        if (exact == null) {
            return new ProvenanceCopies(env == null ? parsed : env, false);
        }
        String problem = problem(exact);
        if (problem != null) {
            damage.add(FILE + problem);
            return new ProvenanceCopies(env == null ? parsed : env, true);
        }
        if (env == null) {
            return new ProvenanceCopies(parsed, false);
        }
        boolean same = details(parsed).equals(details(env));
        boolean killed = parsed.get(CtfLayout.ENDED) == null;
        if (isTaken(parsed, env, CtfLayout.ENDED) && isTaken(parsed, env, CtfLayout.STOPPED) && (same || killed)) {
            return new ProvenanceCopies(same ? parsed : parsed.with("incomplete.copies", KILLED), !same);
        }
        damage.add(FILE + "not the same as env of the metadata");
        return new ProvenanceCopies(parsed, true);
    }

    private static @Nullable String problem(String text) {
        if (text.isEmpty()) {
            return "empty";
        }
        if (!text.endsWith("\n")) {
            return "cut";
        }
        String[] lines = text.split("\n");
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].indexOf('=') <= 0) {
                return "line " + (i + 1) + " is no key=value";
            }
        }
        return null;
    }

    /** What is put there at the end is not in the metadata, or is the same. */
    private static boolean isTaken(Provenance exact, Provenance env, String key) {
        String older = env.get(key);
        return older == null || Objects.equals(older, exact.get(key));
    }

    /** All but what is put there at the end, as it is when it has been through either. */
    private static Map<String, String> details(Provenance provenance) {
        Map<String, String> details = new LinkedHashMap<>();
        provenance.entries().forEach((key, value) -> {
            String name = MetadataWriter.name(key);
            if (name != null && !Metadata.isOwn(name)) {
                details.put(name, value.replace('\n', ' ').strip());
            }
        });
        details.remove(CtfLayout.ENDED);
        details.remove(CtfLayout.STOPPED);
        return details;
    }
}
