package dev.iputrace.explore;

import java.util.Arrays;

/**
 * Transitions of a few states, found but not looked up yet. Looked up together, their cache misses overlap; one at a
 * time, a search would spend most of its time waiting for memory. Hot path: allocates when it doubles only.
 */
final class Batch {
    private static final int FIRST_CAPACITY = 1024;

    final int longs;
    int count;
    long[] vectors;
    long[] hashes = new long[FIRST_CAPACITY];
    /** State that each transition comes from, in order. */
    int[] sources = new int[FIRST_CAPACITY];

    int[] moves = new int[FIRST_CAPACITY];
    /** Rules that its events break. */
    int[] broken = new int[FIRST_CAPACITY];

    boolean[] dead = new boolean[FIRST_CAPACITY];

    Batch(int longs) {
        this.longs = longs;
        vectors = new long[FIRST_CAPACITY * longs];
    }

    void add(long[] vector, int source, int move, int brokenRules, boolean panicked) {
        if (count == moves.length) {
            grow();
        }
        System.arraycopy(vector, 0, vectors, count * longs, longs);
        hashes[count] = StateGraph.hash(vector, 0, longs);
        sources[count] = source;
        moves[count] = move;
        broken[count] = brokenRules;
        dead[count++] = panicked;
    }

    private void grow() {
        int capacity = 2 * count;
        vectors = Arrays.copyOf(vectors, capacity * longs);
        hashes = Arrays.copyOf(hashes, capacity);
        sources = Arrays.copyOf(sources, capacity);
        moves = Arrays.copyOf(moves, capacity);
        broken = Arrays.copyOf(broken, capacity);
        dead = Arrays.copyOf(dead, capacity);
    }
}
