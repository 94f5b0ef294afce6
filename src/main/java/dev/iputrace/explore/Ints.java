package dev.iputrace.explore;

import java.util.Arrays;

/** A list of ints that grows without being copied as a whole. */
final class Ints {
    private static final int SHIFT = 16;
    private static final int CHUNK = 1 << SHIFT;
    private static final int MASK = CHUNK - 1;

    private int[][] chunks = new int[16][];
    private int size;

    void add(int value) {
        int chunk = size >>> SHIFT;
        if ((size & MASK) == 0) {
            if (chunk == chunks.length) {
                chunks = Arrays.copyOf(chunks, 2 * chunk);
            }
            chunks[chunk] = new int[CHUNK];
        }
        chunks[chunk][size++ & MASK] = value;
    }

    int get(int index) {
        return chunks[index >>> SHIFT][index & MASK];
    }

    int size() {
        return size;
    }

    long bytes() {
        return 4L * ((size + MASK) & ~MASK);
    }
}
