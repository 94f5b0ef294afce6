package dev.iputrace.trace.ctf;

import dev.iputrace.event.Provenance;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a recording was ended in order, and where its streams must end then. A recorder that was killed leaves
 * streams that end at different times, and what one of them lacks must not make an accusation of what another holds.
 */
final class Ending {
    static final long UNKNOWN = -1;

    private static final int STREAMS_MAX = 8192;
    private static final int DIGITS_MAX = 12;

    private final @Nullable Map<String, Long> packets;

    private Ending(@Nullable Map<String, Long> packets) {
        this.packets = packets;
    }

    /** Of {@link CtfLayout#ENDED}; what is no pair of name and number in it is left out. */
    static Ending of(@Nullable String inventory) {
        if (inventory == null) {
            return new Ending(null);
        }
        Map<String, Long> packets = new LinkedHashMap<>();
        for (String pair : inventory.split(" ")) {
            int colon = pair.indexOf(':');
            String digits = pair.substring(colon + 1);
            if (colon > 0 && digits.matches("[0-9]{1," + DIGITS_MAX + "}") && packets.size() < STREAMS_MAX) {
                packets.put(pair.substring(0, colon), Long.parseLong(digits));
            }
        }
        return new Ending(packets);
    }

    /** Of one stream's last part; {@link #UNKNOWN} when the recording was not ended. */
    long packets(String stream) {
        return packets == null ? UNKNOWN : packets.getOrDefault(stream, 0L);
    }

    /** Streams that there must be, with their packets. */
    Map<String, Long> streams() {
        return packets == null ? Map.of() : packets;
    }

    /** The provenance as the source had it; of a recording that was not ended it says so. */
    Provenance note(Provenance provenance) {
        Map<String, String> entries = new LinkedHashMap<>(provenance.entries());
        entries.remove(CtfLayout.ENDED);
        if (packets == null && entries.get(CtfLayout.STOPPED) == null) {
            entries.put(
                    "incomplete.recording",
                    "the recording was not ended: its recorder was killed or runs still, or it was repaired");
        }
        return Provenance.of(entries);
    }
}
