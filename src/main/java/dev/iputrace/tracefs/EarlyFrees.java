package dev.iputrace.tracefs;

/**
 * The newest ends of io_ends whose start was not sent. Most are of file systems that are not watched; but CPUs are
 * merged by time within a bound, so on a starved machine an end can be read before its own start. Bounded: the oldest
 * are forgotten. Allocates nothing.
 */
final class EarlyFrees {
    private static final int MAX = 256;
    private static final int NONE = -1;

    private final long[] ioEnds = new long[MAX];
    private final long[] tsNs = new long[MAX];
    private final long[] callers = new long[MAX];
    private final int[] cpus = new int[MAX];
    private final int[] tids = new int[MAX];
    private int next;

    void add(long ioEnd, long whenNs, int cpu, int tid, long caller) {
        ioEnds[next] = ioEnd;
        tsNs[next] = whenNs;
        cpus[next] = cpu;
        tids[next] = tid;
        callers[next] = caller;
        next = (next + 1) % MAX;
    }

    /**
     * Takes the first end of this io_end after the start that returned at {@code startNs}: no other life of the address
     * can lie between the two. Returns where its fields are, or a negative number.
     */
    int take(long ioEnd, long startNs) {
        int first = NONE;
        for (int i = 0; i < MAX; i++) {
            if (ioEnds[i] == ioEnd && tsNs[i] > startNs && (first == NONE || tsNs[i] < tsNs[first])) {
                first = i;
            }
        }
        if (first != NONE) {
            ioEnds[first] = 0;
        }
        return first;
    }

    long tsNs(int at) {
        return tsNs[at];
    }

    int cpu(int at) {
        return cpus[at];
    }

    int tid(int at) {
        return tids[at];
    }

    long caller(int at) {
        return callers[at];
    }
}
