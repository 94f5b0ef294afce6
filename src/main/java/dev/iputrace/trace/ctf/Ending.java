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
    private static final String PAIR = "[a-z0-9]{1,20}:[0-9]{1,12}";

    private final @Nullable Map<String, Long> packets;
    private final boolean unreadable;

    private Ending(@Nullable Map<String, Long> packets, boolean unreadable) {
        this.packets = packets;
        this.unreadable = unreadable;
    }

    /** Of {@link CtfLayout#ENDED}; one that is no list of streams says nothing of any of them. */
    static Ending of(@Nullable String inventory, Damage damage) {
        if (inventory == null) {
            return new Ending(null, false);
        }
        Map<String, Long> packets = new LinkedHashMap<>();
        for (String pair : inventory.isEmpty() ? new String[0] : inventory.split(" ", -1)) {
            String name = pair.substring(0, Math.max(pair.indexOf(':'), 0));
            boolean sound = pair.matches(PAIR) && StreamName.cpu(name) >= 0 && packets.size() < STREAMS_MAX;
            if (!sound || packets.put(name, Long.parseLong(pair.substring(name.length() + 1))) != null) {
                damage.add(CtfLayout.ENDED + ": not a list of streams and their packets");
                return new Ending(null, true);
            }
        }
        return new Ending(packets, false);
    }

    /** Whether the stream is not among those that there were at the end. */
    boolean excludes(String stream) {
        return packets != null && !packets.containsKey(stream);
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
        if (packets == null && !unreadable && entries.get(CtfLayout.STOPPED) == null) {
            entries.put(
                    "incomplete.recording",
                    "the recording was not ended: its recorder was killed or runs still, or it was repaired");
        }
        return Provenance.of(entries);
    }
}
