package dev.iputrace.event;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a stream was captured, as text: {@code key=value}, one a line, the same in the agent, in the raw stream and in
 * recordings. Keys that the rest relies on have an accessor; unknown keys are kept.
 *
 * <p>{@code probe.OP=MODE:SYMBOL} names each attached point ({@code probe.io_end_free=kprobe:ext4_release_io_end}),
 * {@code missing.OP=REASON} each that is not.
 */
public final class Provenance {
    private static final String MISSING_FIELD = "missing_field.";

    private final Map<String, String> entries;
    /** Asked more often than all else. */
    private final Map<Op, String> probes = new EnumMap<>(Op.class);

    private final boolean fieldsMissing;

    private Provenance(Map<String, String> entries) {
        this.entries = Collections.unmodifiableMap(entries);
        for (Op op : Op.values()) {
            String probe = entries.get("probe." + op.label());
            if (probe != null) {
                probes.put(op, probe);
            }
        }
        fieldsMissing = entries.keySet().stream().anyMatch(key -> key.startsWith(MISSING_FIELD));
    }

    public static Provenance of(Map<String, String> entries) {
        return new Provenance(new LinkedHashMap<>(entries));
    }

    /** Lines without {@code =} are ignored; a repeated key keeps the last value. */
    public static Provenance parse(String text) {
        Map<String, String> entries = new LinkedHashMap<>();
        for (String line : text.split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                entries.put(
                        line.substring(0, equals), line.substring(equals + 1).strip());
            }
        }
        return new Provenance(entries);
    }

    public String toText() {
        StringBuilder text = new StringBuilder();
        entries.forEach((key, value) ->
                text.append(key).append('=').append(value.replace('\n', ' ')).append('\n'));
        return text.toString();
    }

    public Map<String, String> entries() {
        return entries;
    }

    public Provenance with(String key, String value) {
        Map<String, String> copy = new LinkedHashMap<>(entries);
        copy.put(key, value);
        return new Provenance(copy);
    }

    public @Nullable String get(String key) {
        return entries.get(key);
    }

    public String get(String key, String otherwise) {
        return entries.getOrDefault(key, otherwise);
    }

    /** {@code libbpf}, {@code sim}, {@code agent}, {@code ftrace} ...: the backend, not the file it went through. */
    public String source() {
        return get("source", "unknown");
    }

    public String kernel() {
        return get("kernel", "unknown");
    }

    public Level level() {
        return "guard".equals(get("level")) ? Level.GUARD : Level.FULL;
    }

    public StateBits stateBits() {
        return new StateBits(hex("i_will_free"), hex("i_freeing"), hex("i_clear"));
    }

    /** Wall clock minus event clock in ns, 0 when unknown. */
    public long wallOffsetNs() {
        String value = get("wall_offset_ns");
        return value == null ? 0 : Long.parseLong(value);
    }

    /** By so many ns events of different CPUs may overtake each other; 0 when the stream is in order. */
    public long jitterNs() {
        String value = get("jitter_ns");
        return value == null ? 0 : Long.parseLong(value);
    }

    /** True when {@code iput} of this kernel has {@code BUG_ON(I_CLEAR)}, so before 6.18; null when unknown. */
    public @Nullable Boolean iputPanics() {
        String value = get("iput_panics");
        return value == null ? null : value.equals("1");
    }

    /** {@code MODE:SYMBOL} of the attached point, or null. */
    public @Nullable String probe(Op op) {
        return probes.get(op);
    }

    /** True when events of this op lack this field: {@code missing_field.FIELD} or {@code missing_field.OP.FIELD}. */
    public boolean lacks(Op op, String field) {
        return fieldsMissing
                && (get(MISSING_FIELD + field) != null || get(MISSING_FIELD + op.label() + "." + field) != null);
    }

    private int hex(String key) {
        String value = get(key);
        return value == null ? 0 : Integer.decode(value);
    }
}
