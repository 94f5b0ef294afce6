package dev.iputrace.sim.kernel;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What can be wrong, with the kernel or with the way its events arrive. Faults can be combined. */
public enum Fault {
    /** ext4_init_io_end ignores that igrab refused (what RHEL6_279 is by nature), whatever the era. */
    IGRAB_IGNORED(true),
    /** unlink puts its reference twice. */
    PUT_TWICE(true),
    /** close forgets the reference of the dentry. */
    PUT_FORGOTTEN(true),
    IO_END_FREED_TWICE(true),
    /** A completed io_end is never freed. */
    IO_END_LEAKED(true),
    /** The flusher moves a cached inode with i_count 0 to another cgroup by ihold (cured in 4.7). */
    IHOLD_ON_ZERO(true),
    /** igrab takes a reference although I_FREEING is set. */
    IGRAB_IGNORES_FREEING(true),
    /** Events are lost between probe and reader; seq shows it. */
    LOST_EVENTS(false),
    /** Events of different CPUs arrive out of order. */
    REORDERED(false),
    /** The return probe of igrab or ext4_init_io_end did not fire; only a counter tells. */
    MISSED_RETURNS(false),
    /** The slab gives out the inode freed last. */
    ADDRESS_REUSE(false);

    private final boolean kernel;

    Fault(boolean kernel) {
        this.kernel = kernel;
    }

    /** From 0 without holes, within one process: nothing that is stored or sent depends on it. */
    @SuppressWarnings("EnumOrdinal")
    int index() {
        return ordinal();
    }

    /** This fault in a set of faults. */
    int bit() {
        return 1 << index();
    }

    /** What it makes go wrong; null for those that are not {@link #ofKernel}. */
    public @Nullable Cause cause() {
        return switch (this) {
            case IGRAB_IGNORED -> Cause.IGNORED_REFUSAL;
            case PUT_TWICE -> Cause.EXTRA_PUT;
            case PUT_FORGOTTEN -> Cause.FORGOTTEN_PUT;
            case IO_END_FREED_TWICE -> Cause.IO_END_FREED_TWICE;
            case IO_END_LEAKED -> Cause.IO_END_LEAKED;
            case IHOLD_ON_ZERO -> Cause.HOLD_ON_ZERO;
            case IGRAB_IGNORES_FREEING -> Cause.GRAB_OF_DYING;
            case LOST_EVENTS, REORDERED, MISSED_RETURNS, ADDRESS_REUSE -> null;
        };
    }

    /** True when the kernel is wrong, false when only what is seen of it is harder to judge. */
    public boolean ofKernel() {
        return kernel;
    }

    /** As on the command line: {@code igrab-ignored}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
