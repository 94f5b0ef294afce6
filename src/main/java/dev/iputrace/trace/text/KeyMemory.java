package dev.iputrace.trace.text;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of one event in the order its lines have them, so that a key is looked up by name only once. */
final class KeyMemory {
    private static final int KEYS_MAX = 32;

    private final byte[][] keys = new byte[KEYS_MAX][0];
    private final @Nullable Field[] fields = new @Nullable Field[KEYS_MAX];

    @Nullable
    Field field(int index, byte[] line, int from, int end, Map<String, Field> byKey) {
        if (index >= KEYS_MAX) {
            return byKey.get(Bytes.text(line, from, end));
        }
        byte[] known = keys[index];
        if (!same(known, line, from, end)) {
            String key = Bytes.text(line, from, end);
            keys[index] = Arrays.copyOfRange(line, from, end);
            fields[index] = byKey.get(key);
        }
        return fields[index];
    }

    private static boolean same(byte[] known, byte[] line, int from, int end) {
        if (known.length != end - from) {
            return false;
        }
        for (int i = 0; i < known.length; i++) {
            if (known[i] != line[from + i]) {
                return false;
            }
        }
        return true;
    }
}
