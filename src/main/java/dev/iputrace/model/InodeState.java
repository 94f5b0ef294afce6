package dev.iputrace.model;

/**
 * The life of one inode address in one long, so that a table of a million fits into 32 MiB:
 *
 * <pre>
 *   63            32 31        22 21       12 11   7 6    3 2    0
 *  +----------------+------------+-----------+------+------+------+
 *  | since, 65.5 us | generation | identity  | dev  |io_end| phase|
 *  +----------------+------------+-----------+------+------+------+
 * </pre>
 *
 * {@code since}: when the phase began, in units of 2^16 ns, wrapping after 78 hours. {@code generation}: lives seen at
 * this address, stops at {@value #GENERATION_MAX}. {@code identity}: hash of s_dev and i_ino, 0 while unknown.
 * {@code dev}: small number given to the s_dev at birth. {@code io_end}: live io_ends, stops at {@value #IO_ENDS_MAX}.
 */
public final class InodeState {
    /** Known only because an io_end or a refusal points here: its birth was not seen. */
    public static final int UNSEEN = 0;

    public static final int ALIVE = 1;
    /** Between entry of evict and clear_inode. */
    public static final int DYING = 2;

    public static final int CLEARED = 3;
    public static final int DEAD = 4;

    public static final int GENERATION_MAX = 1023;
    public static final int IO_ENDS_MAX = 15;
    public static final int DEV_MAX = 31;
    public static final int SINCE_SHIFT = 16;

    private static final int IO_ENDS = 3;
    private static final int DEV = 7;
    private static final int IDENTITY = 12;
    private static final int GENERATION = 22;
    private static final int SINCE = 32;
    private static final long IDENTITY_MASK = 0x3ffL << IDENTITY;

    private InodeState() {}

    public static int phase(long state) {
        return (int) state & 7;
    }

    public static int ioEnds(long state) {
        return (int) state >>> IO_ENDS & IO_ENDS_MAX;
    }

    public static int dev(long state) {
        return (int) state >>> DEV & DEV_MAX;
    }

    public static int generation(long state) {
        return (int) state >>> GENERATION & GENERATION_MAX;
    }

    /** A life begins: counts it and forgets all that belonged to the one before. */
    public static long born(long state, int phase, int dev, long tsNs) {
        long generation = Math.min(generation(state) + 1, GENERATION_MAX);
        return since(tsNs) << SINCE | generation << GENERATION | (long) dev << DEV | phase;
    }

    public static long inPhase(long state, int phase, long tsNs) {
        return since(tsNs) << SINCE | (state & 0xfffffff8L) | phase;
    }

    public static long withIoEnds(long state, int ioEnds) {
        return (state & ~((long) IO_ENDS_MAX << IO_ENDS)) | (long) Math.min(ioEnds, IO_ENDS_MAX) << IO_ENDS;
    }

    /** Never 0, so that it differs from unknown. */
    public static int identity(int sDev, long iIno) {
        long hash = (iIno ^ (long) sDev << 40) * 0x9e3779b97f4a7c15L;
        return Math.max(1, (int) (hash >>> 54));
    }

    public static int identity(long state) {
        return (int) ((state & IDENTITY_MASK) >>> IDENTITY);
    }

    /** True in any phase but {@link #DEAD}, with this identity. */
    public static boolean isAliveAs(long state, int identity) {
        return ((int) state & (int) IDENTITY_MASK) == identity << IDENTITY && phase(state) != DEAD;
    }

    public static long withIdentity(long state, int identity) {
        return (state & ~IDENTITY_MASK) | (long) identity << IDENTITY;
    }

    /** Units of 65.5 us from the begin of the phase to {@code tsNs}; negative for an event from before it. */
    public static int unitsSince(long state, long tsNs) {
        return (int) since(tsNs) - (int) (state >>> SINCE);
    }

    /** When the phase began, at most 65.5 us too early; {@code tsNs} is a time less than 39 hours from it. */
    public static long phaseBeganNs(long state, long tsNs) {
        return ((tsNs >>> SINCE_SHIFT) - unitsSince(state, tsNs)) << SINCE_SHIFT;
    }

    private static long since(long tsNs) {
        return (tsNs >>> SINCE_SHIFT) & 0xffffffffL;
    }
}
