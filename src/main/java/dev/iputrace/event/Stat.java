package dev.iputrace.event;

/** {@code enum iputrace_stat} of bpf/iputrace.h: what {@code seq} of a STAT cell names; word 0 is the value. */
public final class Stat {
    /** Base, an op code is added: times the program of this probe ran, NULL and filtered calls included. */
    public static final int RUNS = 0;
    /** Added to the op code: the program at the return of igrab and ext4_init_io_end. */
    public static final int RETURN = 16;
    /** Base, an op code is added: times the kernel reached the probe; only sent where it tells. */
    public static final int HITS = 32;
    /** Base, an op code is added: times the kernel says that it skipped the program. */
    public static final int MISSES = 64;
    /** Events tried on this CPU, so the next {@code seq}: reveals loss at the tail. */
    public static final int SEQ = 96;
    /** Of these, not sent because the events ring was full. */
    public static final int RING_FULL = 97;
    /** Of these, not sent because the rare ring was full. */
    public static final int RARE_FULL = 98;
    /** Calls whose entry could not be remembered until the return. */
    public static final int MAP_FULL = 99;
    /** Returns whose entry was not seen. */
    public static final int NO_ENTRY = 100;
    /** Evictions and deaths whose i_state contradicts the bits that are taken for I_FREEING and I_CLEAR. */
    public static final int WRONG_BITS = 101;
    /** Number of statistics; all ids are below. */
    public static final int NR = 128;

    private Stat() {}
}
