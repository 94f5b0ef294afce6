package dev.iputrace.sim.kernel;

/**
 * A set of slots in the kernel's memory: the number of members, then a bitmap of 32 a word. Stands for the kernel's
 * lists where their order does not matter; who takes from one says where to begin.
 */
final class SlotSet {
    private final int[] mem;
    private final int base;
    private final int slots;

    SlotSet(int[] mem, int base, int slots) {
        this.mem = mem;
        this.base = base;
        this.slots = slots;
    }

    static int words(int slots) {
        return 1 + ((slots + 31) >> 5);
    }

    /** Index of the word that changes with each member: to wait for. */
    int word() {
        return base;
    }

    int size() {
        return mem[base];
    }

    boolean contains(int slot) {
        return (mem[base + 1 + (slot >> 5)] & 1 << slot) != 0;
    }

    void add(int slot) {
        int word = base + 1 + (slot >> 5);
        int bit = 1 << slot;
        if ((mem[word] & bit) == 0) {
            mem[word] |= bit;
            mem[base]++;
        }
    }

    void remove(int slot) {
        int word = base + 1 + (slot >> 5);
        int bit = 1 << slot;
        if ((mem[word] & bit) != 0) {
            mem[word] &= ~bit;
            mem[base]--;
        }
    }

    /** The member that has {@code rank} smaller ones; -1 when there are not so many. */
    int nth(int rank) {
        if (rank >= mem[base]) {
            return -1;
        }
        int word = base + 1;
        int left = rank;
        while (left >= Integer.bitCount(mem[word])) {
            left -= Integer.bitCount(mem[word++]);
        }
        int bits = mem[word];
        for (; left > 0; left--) {
            bits &= bits - 1;
        }
        return ((word - base - 1) << 5) + Integer.numberOfTrailingZeros(bits);
    }

    /** First member at {@code start} or behind it, around the end; -1 when empty. */
    int from(int start) {
        if (mem[base] == 0) {
            return -1;
        }
        int words = (slots + 31) >> 5;
        int word = start >> 5;
        int bits = mem[base + 1 + word] & -1 << start;
        for (int i = 0; i <= words; i++) {
            if (bits != 0) {
                return (word << 5) + Integer.numberOfTrailingZeros(bits);
            }
            word = word + 1 == words ? 0 : word + 1;
            bits = mem[base + 1 + word];
        }
        throw new IllegalStateException("slot set: size=" + mem[base] + ", want=0");
    }
}
