package dev.iputrace.bench;

import java.util.HashMap;
import java.util.Map;

/** A line of {@code key=value} from the rig: what its producer did and, where it read by itself, its reader. */
public record RigReport(Map<String, Long> values) {
    static RigReport parse(String line) {
        Map<String, Long> values = new HashMap<>();
        for (String pair : line.strip().split(" ")) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new BenchException("ring rig: unexpected output: " + line);
            }
            values.put(pair.substring(0, equals), Long.parseLong(pair.substring(equals + 1)));
        }
        return new RigReport(Map.copyOf(values));
    }

    public long get(String key) {
        Long value = values.get(key);
        if (value == null) {
            throw new BenchException("ring rig: no " + key + " in " + values);
        }
        return value;
    }

    public long produced() {
        return get("produced");
    }

    public long dropped() {
        return get("dropped");
    }

    public long elapsedNs() {
        return get("elapsed_ns");
    }
}
