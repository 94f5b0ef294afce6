package dev.iputrace.trace.ctf;

import dev.iputrace.event.Provenance;
import dev.iputrace.trace.TraceFormatException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Any text is metadata, or is refused by name; and what it says of the capture survives being written again. */
public final class MetadataFuzz {
    private static final UUID ANY = new UUID(1, 2);

    private MetadataFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) {
        Metadata metadata;
        try {
            metadata = Metadata.parse(new String(data, StandardCharsets.UTF_8));
        } catch (TraceFormatException e) {
            return;
        }
        Provenance sound = dev.iputrace.trace.SoundProvenance.of(metadata.provenance());
        Map<String, String> want = new LinkedHashMap<>(sound.entries());
        // A dot is written as two underscores; keys with underscores beside their dots are not ours.
        want.keySet().removeIf(key -> !key.matches("[a-z][A-Za-z0-9_.]*") || key.matches(".*(__|_\\.|\\._).*"));
        Metadata again = Metadata.parse(MetadataWriter.text(ANY, Provenance.of(want)));
        if (!again.provenance().entries().equals(want)) {
            throw new AssertionError("written again: " + again.provenance().entries() + ", want=" + want);
        }
    }
}
