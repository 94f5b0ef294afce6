package dev.iputrace.trace.text;

import dev.iputrace.event.Op;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.StateBits;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a trace holds, as far as it was read: which calls, with which fields, of which kernel. */
final class Survey {
    private static final Pattern RELEASE =
            Pattern.compile("(?:trace v[0-9.]+ on|# os release :|Linux version) ([0-9]+\\.[0-9]+[^ ]*)");
    private static final Field[] WANTED = {Field.I_COUNT, Field.I_STATE, Field.I_INO, Field.S_DEV};

    private final Map<Call, Integer> fields = new EnumMap<>(Call.class);
    private final Map<Call, Boolean> returns = new EnumMap<>(Call.class);
    private final int[] grammars = new int[LineHead.IPUTRACE + 1];
    private boolean addresses;
    private boolean onConsole;
    private @Nullable String release;

    void line(LineHead head, Location location, EventKind kind, Arguments arguments) {
        if (kind.call == Call.OTHER) {
            return;
        }
        grammars[head.grammar]++;
        onConsole |= head.onConsole;
        addresses |= head.grammar == LineHead.FTRACE && location.functionStart == location.functionEnd;
        boolean isReturn = kind.isReturn || arguments.has(Field.PROBE_RET_IP);
        if (!isReturn) {
            fields.merge(kind.call, arguments.present(), (a, b) -> a | b);
        }
        boolean complete = arguments.has(kind.call == Call.IGRAB ? Field.RET : Field.IO_END);
        returns.merge(kind.call, isReturn || complete, Boolean::logicalOr);
    }

    /** A line that is no event may name the kernel. */
    void other(String line) {
        if (release == null) {
            Matcher matcher = RELEASE.matcher(line);
            release = matcher.find() ? matcher.group(1) : null;
        }
    }

    boolean isEmpty() {
        return fields.isEmpty() && returns.isEmpty();
    }

    StateBits stateBits(@Nullable String kernel) {
        KernelRelease known = known(kernel);
        return known == null ? StateBits.UNKNOWN : known.stateBits();
    }

    private @Nullable KernelRelease known(@Nullable String kernel) {
        String text = kernel != null ? kernel : release;
        return text == null ? null : KernelRelease.parse(text);
    }

    Provenance provenance(@Nullable String kernel) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("source", source());
        entries.put("format", format());
        entries.put("seq", "none");
        entries.put("level", "full");
        KernelRelease known = known(kernel);
        if (known != null) {
            entries.putAll(known.entries());
        }
        for (Call call : Call.values()) {
            Op op = call.op();
            if (op != null && call != Call.MARK) {
                describe(call, op, entries);
            }
        }
        return Provenance.of(entries);
    }

    private void describe(Call call, Op op, Map<String, String> entries) {
        Integer present = fields.get(call);
        boolean returned = returns.getOrDefault(call, false);
        if (call.isJoined() && present != null && !returned) {
            entries.put("missing." + op.label(), "its return is not in the trace");
        } else if (call.isJoined() && present == null && returned) {
            entries.put("missing." + op.label(), "its entry is not in the trace");
        } else if (present == null && !returned) {
            entries.put("missing." + op.label(), "not in the trace");
        } else {
            entries.put("probe." + op.label(), "text:" + call.name().toLowerCase(java.util.Locale.ROOT));
            int has = present == null ? 0 : present;
            for (Field field : WANTED) {
                boolean wanted = call != Call.IO_END_FREE && call != Call.UMOUNT;
                if (wanted && (has & field.bit()) == 0) {
                    entries.put("missing_field." + op.label() + "." + field.label(), "not in the trace");
                }
            }
        }
    }

    private int grammar() {
        int most = LineHead.FTRACE;
        for (int grammar = 1; grammar < grammars.length; grammar++) {
            most = grammars[grammar] > grammars[most] ? grammar : most;
        }
        return most;
    }

    private String source() {
        return switch (grammar()) {
            case LineHead.PERF -> "perf";
            case LineHead.IPUTRACE -> "script";
            case LineHead.FTRACE -> addresses ? "trace-cmd" : "ftrace";
            default -> "ftrace";
        };
    }

    private String format() {
        return switch (grammar()) {
            case LineHead.PERF -> "perf script";
            case LineHead.IPUTRACE -> "iputrace line";
            case LineHead.FTRACE -> addresses ? "trace-cmd report" : "ftrace trace";
            default -> onConsole ? "ftrace dump on a console" : "ftrace latency";
        };
    }
}
