package dev.iputrace.explore;

import java.util.Arrays;

/**
 * All contents that one part of a world's memory was seen with, each once, numbered from 0: a state is then one number
 * per part (as SPIN's COLLAPSE), a few bytes without loss. Hot path: allocates when it doubles only.
 */
final class Part {
    /** Numbers fit into 16 bits. */
    static final int CONTENTS_MAX = 1 << 16;

    static final int FULL = -1;

    private static final int FIRST_CONTENTS = 64;
    private static final int GUESSES = 1 << 14;
    private static final int GUESS_STEP = 11;
    private static final int HASH = 0x9e3779b1;

    private final int from;
    private final int length;
    private final int[] factors;
    /** By content before and task: the number after. Wrong ones cost time only. */
    private final char[] guesses = new char[GUESSES];

    private int[] contents;
    private int[] table;
    private int count;

    /** The part of {@code length} words that begins at {@code from}. */
    Part(int from, int length) {
        this.from = from;
        this.length = length;
        factors = new int[length];
        Arrays.setAll(factors, i -> ((i + 1) * HASH) | 1);
        contents = new int[FIRST_CONTENTS * length];
        table = new int[2 * FIRST_CONTENTS];
    }

    /**
     * As {@link #number(int[])}, of what a step of {@code task} made of the content {@code before}: nine times of ten
     * what such a step made of it the last time, and to compare is cheaper than to hash.
     */
    int number(int[] memory, int before, int task) {
        int guess = (before * GUESS_STEP + task) & (GUESSES - 1);
        int known = guesses[guess];
        if (known < count
                && Arrays.equals(memory, from, from + length, contents, known * length, (known + 1) * length)) {
            return known;
        }
        int number = number(memory);
        guesses[guess] = (char) number;
        return number;
    }

    /** The number of what the part holds now; {@link #FULL} when there are too many. */
    int number(int[] memory) {
        int mask = table.length - 1;
        int at = hash(memory, from) & mask;
        for (int number = table[at] - 1; number >= 0; number = table[at] - 1) {
            int known = number * length;
            if (Arrays.equals(memory, from, from + length, contents, known, known + length)) {
                return number;
            }
            at = (at + 1) & mask;
        }
        return add(memory, at);
    }

    private int add(int[] memory, int at) {
        if (count == CONTENTS_MAX) {
            return FULL;
        }
        if (2 * (count + 1) > table.length) {
            grow();
            return number(memory);
        }
        System.arraycopy(memory, from, contents, count * length, length);
        table[at] = count + 1;
        return count++;
    }

    private void grow() {
        contents = Arrays.copyOf(contents, 2 * contents.length);
        table = new int[2 * table.length];
        int mask = table.length - 1;
        for (int number = 0; number < count; number++) {
            int at = hash(contents, number * length) & mask;
            while (table[at] != 0) {
                at = (at + 1) & mask;
            }
            table[at] = number + 1;
        }
    }

    private int hash(int[] words, int start) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash += words[start + i] * factors[i];
        }
        hash *= HASH;
        return hash ^ (hash >>> 15);
    }

    /** Fills the part with a content seen before. */
    void restore(int number, int[] memory) {
        System.arraycopy(contents, number * length, memory, from, length);
    }

    void copy(int[] source, int[] target) {
        System.arraycopy(source, from, target, from, length);
    }

    /** Index behind the part. */
    int end() {
        return from + length;
    }

    int count() {
        return count;
    }

    long bytes() {
        return 4L * (contents.length + table.length);
    }
}
