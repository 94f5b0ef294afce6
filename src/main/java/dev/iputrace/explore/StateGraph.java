package dev.iputrace.explore;

import java.util.Arrays;

/**
 * The states found, in the order they were found (which is also the queue of a breadth-first search), and the
 * transitions of those expanded. A state is one number of 16 bits per part; equal only when all are equal, so nothing
 * is taken for known that is not. Flat: open addressing over chunked arrays, about 30 bytes a state and 6 a transition.
 *
 * <p>Hot path: {@link #add} is called once per transition; allocates when something grows only.
 */
final class StateGraph {
    static final int NO_ROOM = -1;

    private static final int SHIFT = 14;
    private static final int MASK = (1 << SHIFT) - 1;
    private static final int FIRST_SLOTS = 1 << 16;
    /** A small table grows fast, a large one only by what fits into memory beside the old one. */
    private static final int LARGE_SLOTS = 1 << 22;

    private static final int STATES_MAX = 1 << 26;
    /** High bits of a slot of the table: of the hash, so that most wrong states need not be looked at. */
    private static final int TAG = ~(STATES_MAX - 1);

    /** Passes over the finished graph: a double, an int and a byte per state. */
    private static final int LATER_BYTES = 13;

    private final int longs;
    private final long bytesMax;
    private final long statesMax;
    private long[][] vectors = new long[16][];
    private int[] table = new int[FIRST_SLOTS];
    private final Ints parents = new Ints();
    private final Ints firstEdges = new Ints();
    private final Ints targets = new Ints();
    private final Chars moves = new Chars();
    private int count;
    private boolean added;
    /** Keeps {@link #fetch} from being optimised away. */
    long fetched;

    /** @param parts how many numbers a state has */
    StateGraph(int parts, long statesMax, long bytesMax) {
        longs = (parts + 3) >> 2;
        this.statesMax = Math.min(statesMax, STATES_MAX - 1);
        this.bytesMax = bytesMax;
        firstEdges.add(0);
    }

    /** Longs that {@link #add} takes: four parts in each, the first in the low bits. */
    int longs() {
        return longs;
    }

    /** Fetches what {@link #add} will look at for each transition of the batch: so the cache misses overlap. */
    void fetch(Batch batch) {
        int mask = table.length - 1;
        long sum = 0;
        for (int i = 0; i < batch.count; i++) {
            sum += table[(int) batch.hashes[i] & mask];
        }
        for (int i = 0; i < batch.count; i++) {
            int state = (table[(int) batch.hashes[i] & mask] & ~TAG) - 1;
            sum += state < 0 ? 0 : vectors[state >>> SHIFT][(state & MASK) * longs];
        }
        fetched += sum;
    }

    /** The state with these numbers, new or not; {@link #NO_ROOM} when it is new and a bound is reached. */
    int add(long[] from, int offset, long hash, int parent) {
        int mask = table.length - 1;
        int at = (int) hash & mask;
        int tag = (int) (hash >>> 32) & TAG;
        for (int slot = table[at]; slot != 0; slot = table[at]) {
            int state = (slot & ~TAG) - 1;
            if ((slot & TAG) == tag && isEqual(state, from, offset)) {
                added = false;
                return state;
            }
            at = (at + 1) & mask;
        }
        if (count >= statesMax || ((count & MASK) == 0 && bytes() > bytesMax)) {
            return NO_ROOM;
        }
        if (5L * count > 3L * table.length) {
            if (bytes() + 4L * growth() * table.length > bytesMax) {
                return NO_ROOM;
            }
            grow();
            return add(from, offset, hash, parent);
        }
        table[at] = tag | (count + 1);
        return append(from, offset, parent);
    }

    private int append(long[] from, int offset, int parent) {
        int chunk = count >>> SHIFT;
        if ((count & MASK) == 0) {
            if (chunk == vectors.length) {
                vectors = Arrays.copyOf(vectors, 2 * chunk);
            }
            vectors[chunk] = new long[longs << SHIFT];
        }
        System.arraycopy(from, offset, vectors[chunk], (count & MASK) * longs, longs);
        parents.add(parent);
        added = true;
        return count++;
    }

    private boolean isEqual(int state, long[] from, int offset) {
        long[] chunk = vectors[state >>> SHIFT];
        int at = (state & MASK) * longs;
        for (int i = 0; i < longs; i++) {
            if (chunk[at + i] != from[offset + i]) {
                return false;
            }
        }
        return true;
    }

    static long hash(long[] vector, int offset, int length) {
        long hash = 0;
        for (int i = offset; i < offset + length; i++) {
            hash = (hash ^ vector[i]) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    private int growth() {
        return table.length < LARGE_SLOTS ? 4 : 2;
    }

    private void grow() {
        int[] larger = new int[growth() * table.length];
        int mask = larger.length - 1;
        for (int state = 0; state < count; state++) {
            long hash = hash(vectors[state >>> SHIFT], (state & MASK) * longs, longs);
            int at = (int) hash & mask;
            while (larger[at] != 0) {
                at = (at + 1) & mask;
            }
            larger[at] = ((int) (hash >>> 32) & TAG) | (state + 1);
        }
        table = larger;
    }

    /** Whether the state that {@link #add} returned last was new. */
    boolean wasAdded() {
        return added;
    }

    void load(int state, long[] vector) {
        System.arraycopy(vectors[state >>> SHIFT], (state & MASK) * longs, vector, 0, longs);
    }

    /** A transition of the state that is expanded now. */
    void edge(int target, int move) {
        targets.add(target);
        moves.add((char) move);
    }

    /** All transitions of the next state in order are told. */
    void expanded() {
        firstEdges.add(targets.size());
    }

    boolean isAtStatesMax() {
        return count >= statesMax;
    }

    int states() {
        return count;
    }

    /** States whose transitions are all known: those before this one. */
    int statesExpanded() {
        return firstEdges.size() - 1;
    }

    int edges() {
        return targets.size();
    }

    int firstEdge(int state) {
        return firstEdges.get(state);
    }

    int target(int edge) {
        return targets.get(edge);
    }

    int move(int edge) {
        return moves.get(edge);
    }

    /** The state from which this one was found first; -1 for the first. */
    int parent(int state) {
        return parents.get(state);
    }

    /** The moves of a shortest schedule to this state. */
    int[] movesTo(int state) {
        int length = 0;
        for (int at = state; parent(at) >= 0; at = parent(at)) {
            length++;
        }
        int[] path = new int[length];
        for (int at = state; parent(at) >= 0; at = parent(at)) {
            path[--length] = move(edgeBetween(parent(at), at));
        }
        return path;
    }

    private int edgeBetween(int from, int to) {
        int edge = firstEdge(from);
        while (target(edge) != to) {
            edge++;
        }
        return edge;
    }

    long bytes() {
        long lists = parents.bytes() + firstEdges.bytes() + targets.bytes() + moves.bytes();
        return lists + 4L * table.length + count * (8L * longs + LATER_BYTES);
    }
}
