package dev.iputrace.explore;

import java.util.Arrays;

/** A list of chars that grows without being copied as a whole. */
final class Chars {
    private static final int SHIFT = 16;
    private static final int CHUNK = 1 << SHIFT;
    private static final int MASK = CHUNK - 1;

    private char[][] chunks = new char[16][];
    private int size;

    void add(char value) {
        int chunk = size >>> SHIFT;
        if ((size & MASK) == 0) {
            if (chunk == chunks.length) {
                chunks = Arrays.copyOf(chunks, 2 * chunk);
            }
            chunks[chunk] = new char[CHUNK];
        }
        chunks[chunk][size++ & MASK] = value;
    }

    char get(int index) {
        return chunks[index >>> SHIFT][index & MASK];
    }

    long bytes() {
        return 2L * ((size + MASK) & ~MASK);
    }
}
