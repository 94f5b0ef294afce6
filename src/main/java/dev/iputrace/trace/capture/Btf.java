package dev.iputrace.trace.capture;

import dev.iputrace.trace.TraceFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Offsets of structure members out of a BTF file such as /sys/kernel/btf/vmlinux (format:
 * Documentation/bpf/btf.rst). Little endian, without a base.
 */
final class Btf {
    private static final int MAGIC = 0xeB9F;
    private static final int HEADER_SIZE = 24;
    private static final int BYTES_MAX = 64 << 20;
    private static final int DEPTH_MAX = 8;
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    private static final int ENUM = 6;
    /** By kind: bytes behind the 12 of the head, for kinds without a list. */
    private static final Map<Integer, Integer> EXTRA = Map.of(1, 4, 3, 12, 14, 4, 17, 4);
    /** By kind: bytes per element of its list. */
    private static final Map<Integer, Integer> ELEMENT = Map.of(STRUCT, 12, UNION, 12, ENUM, 8, 13, 8, 15, 12, 19, 12);

    /** typedef, volatile, const, restrict: the third word is the type they stand for. */
    private static final Set<Integer> ALIASES = Set.of(8, 9, 10, 11);

    private final ByteBuffer data;
    private final int strings;
    /** Positions by type id, from 1. */
    private int[] types = new int[1 << 12];

    private final Map<String, Integer> structs = new HashMap<>();
    private final Map<String, Integer> enums = new HashMap<>();

    private Btf(ByteBuffer data) {
        this.data = data;
        int header = data.getInt(4);
        int typesStart = header + data.getInt(8);
        int typesEnd = typesStart + data.getInt(12);
        strings = header + data.getInt(16);
        index(typesStart, typesEnd);
    }

    static Btf read(Path path) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(path)) {
            bytes = in.readNBytes(BYTES_MAX);
        }
        return of(bytes, path.toString());
    }

    static Btf of(byte[] bytes, String name) {
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_SIZE || (data.getShort(0) & 0xffff) != MAGIC) {
            throw new TraceFormatException(
                    "BTF: bad magic: path=" + name + " (want a file like /sys/kernel/btf/vmlinux)");
        }
        try {
            return new Btf(data);
        } catch (IndexOutOfBoundsException e) {
            throw new TraceFormatException("BTF: cut or damaged: path=" + name, e);
        }
    }

    private void index(int start, int end) {
        int id = 1;
        int at = start;
        while (at < end) {
            if (id == types.length) {
                types = java.util.Arrays.copyOf(types, 2 * id);
            }
            types[id] = at;
            int kind = kind(at);
            int count = data.getInt(at + 4) & 0xffff;
            if (kind == STRUCT && data.getInt(at) != 0 && count > 0) {
                structs.putIfAbsent(string(data.getInt(at)), id);
            } else if (kind == ENUM && data.getInt(at) != 0 && count > 0) {
                enums.putIfAbsent(string(data.getInt(at)), id);
            }
            at += 12 + EXTRA.getOrDefault(kind, 0) + count * ELEMENT.getOrDefault(kind, 0);
            id++;
        }
    }

    private int kind(int at) {
        return (data.getInt(at + 4) >>> 24) & 0x1f;
    }

    private String string(int offset) {
        int end = strings + offset;
        while (data.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - strings - offset];
        data.get(strings + offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A member of a structure: where it is, and the id of its type. */
    private record Member(int offset, int type) {}

    /** Byte offset of a member, also in nameless structs and unions; null when there is none. */
    @Nullable
    Integer offset(String struct, String member) {
        Member found = member(struct, member);
        return found == null ? null : found.offset();
    }

    /** Size in bytes of a member that is a number, an enum or a struct; 0 when there is none. */
    int size(String struct, String member) {
        Member found = member(struct, member);
        int id = found == null ? 0 : found.type();
        for (int depth = 0; id != 0 && depth < DEPTH_MAX; depth++) {
            int at = types[id];
            if (!ALIASES.contains(kind(at))) {
                return data.getInt(at + 8);
            }
            id = data.getInt(at + 8);
        }
        return 0;
    }

    /** Values of an enum by name; empty when there is none with this tag. */
    Map<String, Integer> enumeration(String tag) {
        Map<String, Integer> values = new HashMap<>();
        Integer id = enums.get(tag);
        if (id != null) {
            int at = types[id];
            for (int i = 0; i < (data.getInt(at + 4) & 0xffff); i++) {
                int element = at + 12 + 8 * i;
                values.put(string(data.getInt(element)), data.getInt(element + 4));
            }
        }
        return values;
    }

    private @Nullable Member member(String struct, String member) {
        Integer id = structs.get(struct);
        return id == null ? null : find(id, member, 0);
    }

    private @Nullable Member find(int id, String member, int depth) {
        int at = types[id];
        int kind = kind(at);
        if (depth > DEPTH_MAX || (kind != STRUCT && kind != UNION)) {
            return null;
        }
        int info = data.getInt(at + 4);
        boolean bitfields = info < 0;
        for (int i = 0; i < (info & 0xffff); i++) {
            int element = at + 12 + 12 * i;
            int offset = (data.getInt(element + 8) & (bitfields ? 0xffffff : -1)) / 8;
            String name = string(data.getInt(element));
            int type = data.getInt(element + 4);
            if (name.equals(member)) {
                return new Member(offset, type);
            }
            Member inner = name.isEmpty() ? find(type, member, depth + 1) : null;
            if (inner != null) {
                return new Member(offset + inner.offset(), inner.type());
            }
        }
        return null;
    }
}
