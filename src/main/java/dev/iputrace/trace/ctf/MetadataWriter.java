package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The {@code metadata} file: TSDL text that lets any CTF reader read the cells. */
final class MetadataWriter {
    private static final String TYPES = """
            /* CTF 1.8 */
            typealias integer { size = 8; align = 8; signed = false; } := uint8_t;
            typealias integer { size = 16; align = 8; signed = false; } := uint16_t;
            typealias integer { size = 32; align = 8; signed = false; } := uint32_t;
            typealias integer { size = 32; align = 8; signed = true; } := int32_t;
            typealias integer { size = 64; align = 8; signed = false; } := uint64_t;
            typealias integer { size = 8; align = 8; signed = false; base = 16; } := flags_t;
            typealias integer { size = 32; align = 8; signed = false; base = 16; } := state_t;
            typealias integer { size = 64; align = 8; signed = false; base = 16; } := ptr_t;
            typealias integer { size = 8; align = 8; signed = false; encoding = UTF8; } := text_t;
            """;

    private static final String STREAM = """
            typealias integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; } := ts_t;
            stream {
                id = 0;
                packet.context := struct {
                    ts_t timestamp_begin; ts_t timestamp_end; uint64_t content_size; uint64_t packet_size;
                    uint64_t packet_seq_num; uint64_t events_discarded; uint32_t cpu_id; uint32_t abi_version;
                    uint8_t reserved[48];
                };
                event.header := struct { ts_t timestamp; uint8_t id; };
            };
            """;

    private static final String EVENT_FIELDS = "flags_t flags; uint16_t cpu; uint32_t seq; ptr_t inode; ptr_t io_end; "
            + "uint64_t i_ino; ptr_t caller; uint32_t s_dev; int32_t i_count; state_t i_state; uint32_t tid;";

    private MetadataWriter() {}

    static String text(UUID uuid, Provenance provenance) {
        StringBuilder text = new StringBuilder(TYPES);
        text.append("trace {\n\tmajor = 1; minor = 8; uuid = \"")
                .append(uuid)
                .append("\"; byte_order = le;\n")
                .append("\tpacket.header := struct { uint32_t magic; uint8_t uuid[16]; uint32_t stream_id; };\n};\n");
        env(text, provenance);
        clock(text, provenance);
        text.append(STREAM);
        for (Op op : Op.values()) {
            event(text, op.code(), op.label(), fields(op.code()));
        }
        event(text, CtfLayout.LATE, "late", fields(CtfLayout.LATE));
        return text.toString();
    }

    private static void env(StringBuilder text, Provenance provenance) {
        text.append("env {\n\tdomain = \"kernel\"; tracer_name = \"iputrace\"; tracer_major = 0; tracer_minor = 1;\n");
        text.append("\tabi_version = ").append(CellLayout.ABI_VERSION).append(";\n");
        provenance.entries().forEach((key, value) -> {
            String name = name(key);
            if (name != null) {
                text.append('\t')
                        .append(name)
                        .append(" = ")
                        .append(quoted(value))
                        .append(";\n");
            }
        });
        text.append("};\n");
    }

    /** In {@code env}; null for a key that cannot be there. */
    static @Nullable String name(String key) {
        String name = key.replace(".", "__");
        return name.matches("[a-z][A-Za-z0-9_]*") ? name : null;
    }

    private static void clock(StringBuilder text, Provenance provenance) {
        long offsetNs = provenance.wallOffsetNs();
        text.append("clock {\n\tname = monotonic; description = \"CLOCK_MONOTONIC at function entry\";\n")
                .append("\tfreq = 1000000000; absolute = true; offset_s = ")
                .append(Math.floorDiv(offsetNs, 1_000_000_000L))
                .append("; offset = ")
                .append(Math.floorMod(offsetNs, 1_000_000_000L))
                .append(";\n};\n");
    }

    private static void event(StringBuilder text, int id, String name, String fields) {
        text.append("event { id = ")
                .append(id)
                .append("; stream_id = 0; name = \"")
                .append(name);
        text.append("\"; fields := struct { ").append(fields).append(" }; };\n");
    }

    private static String fields(int id) {
        return switch (id) {
            case OpCode.STACK -> "uint8_t index; uint16_t cpu; uint32_t seq; ptr_t address[6];";
            case OpCode.COMM ->
                "flags_t flags; uint16_t cpu; uint32_t seq; text_t comm[16]; uint32_t tgid; "
                        + "uint32_t tid; uint64_t reserved[3];";
            case OpCode.MARK -> "flags_t flags; uint16_t cpu; uint32_t seq; text_t text[48];";
            case OpCode.LOSS -> "uint8_t stage; uint16_t cpu; uint32_t seq; uint64_t lost; uint64_t reserved[5];";
            case OpCode.STAT ->
                "flags_t flags; uint16_t cpu; uint32_t statistic; uint64_t value; " + "uint64_t reserved[5];";
            case CtfLayout.LATE -> "flags_t flags; uint16_t cpu; uint32_t seq; uint64_t ts_ns; uint64_t reserved[5];";
            default -> EVENT_FIELDS;
        };
    }

    /** A TSDL string: printable ASCII stays, the rest is written as octal escapes of its UTF-8 bytes. */
    static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (byte b : value.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            if (b == '"' || b == '\\') {
                text.append('\\').append((char) b);
            } else if (b >= ' ' && b < 0x7f) {
                text.append((char) b);
            } else {
                text.append('\\').append(String.format("%03o", b & 0xff));
            }
        }
        return text.append('"').toString();
    }
}
