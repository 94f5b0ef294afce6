package dev.iputrace.sim.kernel;

/**
 * A set of slots in the kernel's memory: the number of members, then a bitmap of 32 a word, and where that is longer
 * than a word another bitmap of its words that are not 0. Stands for the kernel's lists where their order does not
 * matter; who takes from one says where to begin.
 */
final class SlotSet {
    private final int[] mem;
    private final int base;
    private final int bits;
    private final int words;
    /** The bitmap of the words; -1 where there is only one. */
    private final int summary;

    SlotSet(int[] mem, int base, int slots) {
        this.mem = mem;
        this.base = base;
        bits = base + 1;
        words = bitmap(slots);
        summary = words > 1 ? bits + words : -1;
    }

    static int words(int slots) {
        int words = bitmap(slots);
        return 1 + words + (words > 1 ? bitmap(words) : 0);
    }

    private static int bitmap(int members) {
        return (members + 31) >> 5;
    }

    /** Index of the word that changes with each member: to wait for. */
    int word() {
        return base;
    }

    int size() {
        return mem[base];
    }

    boolean contains(int slot) {
        return (mem[bits + (slot >> 5)] & 1 << slot) != 0;
    }

    void add(int slot) {
        int word = slot >> 5;
        int old = mem[bits + word];
        int now = old | 1 << slot;
        if (now != old) {
            mem[bits + word] = now;
            mem[base]++;
            if (summary >= 0) {
                mem[summary + (word >> 5)] |= 1 << word;
            }
        }
    }

    void remove(int slot) {
        int word = slot >> 5;
        int old = mem[bits + word];
        int now = old & ~(1 << slot);
        if (now != old) {
            mem[bits + word] = now;
            mem[base]--;
            if (now == 0 && summary >= 0) {
                mem[summary + (word >> 5)] &= ~(1 << word);
            }
        }
    }

    /** The member that has {@code rank} smaller ones; -1 when there are not so many. */
    int nth(int rank) {
        if (rank >= mem[base]) {
            return -1;
        }
        int word = bits;
        int left = rank;
        while (left >= Integer.bitCount(mem[word])) {
            left -= Integer.bitCount(mem[word++]);
        }
        int members = mem[word];
        for (; left > 0; left--) {
            members &= members - 1;
        }
        return ((word - bits) << 5) + Integer.numberOfTrailingZeros(members);
    }

    /** First member at {@code start} or behind it, around the end; -1 when empty. */
    int from(int start) {
        if (mem[base] == 0) {
            return -1;
        }
        int word = start >> 5;
        int members = mem[bits + word] & -1 << start;
        if (members == 0) {
            word = summary < 0 ? 0 : next(word + 1 == words ? 0 : word + 1);
            members = mem[bits + word];
        }
        return (word << 5) + Integer.numberOfTrailingZeros(members);
    }

    /** First word that is not 0 at {@code start} or behind it, around the end; there is one. */
    private int next(int start) {
        int at = start >> 5;
        int found = mem[summary + at] & -1 << start;
        while (found == 0) {
            at = (at + 1) << 5 < words ? at + 1 : 0;
            found = mem[summary + at];
        }
        return (at << 5) + Integer.numberOfTrailingZeros(found);
    }
}
