package dev.iputrace.trace.export;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Protocol buffers wire format, as much as Perfetto needs: varints, fixed64, strings, nested messages. */
final class ProtoWriter {
    private byte[] bytes = new byte[256];
    private int size;

    ProtoWriter varint(int field, long value) {
        raw((long) field << 3);
        raw(value);
        return this;
    }

    ProtoWriter fixed64(int field, long value) {
        raw(((long) field << 3) | 1);
        for (int shift = 0; shift < 64; shift += 8) {
            put((int) (value >>> shift));
        }
        return this;
    }

    ProtoWriter text(int field, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return bytes(field, utf8, utf8.length);
    }

    ProtoWriter message(int field, ProtoWriter message) {
        return bytes(field, message.bytes, message.size);
    }

    private ProtoWriter bytes(int field, byte[] source, int length) {
        raw(((long) field << 3) | 2);
        raw(length);
        for (int i = 0; i < length; i++) {
            put(source[i]);
        }
        return this;
    }

    private void raw(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            put((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        put((int) rest);
    }

    private void put(int b) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = (byte) b;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
