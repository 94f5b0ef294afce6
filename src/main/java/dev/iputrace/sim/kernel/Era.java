package dev.iputrace.sim.kernel;

import dev.iputrace.event.StateBits;
import java.util.Locale;

/**
 * The kernels that can be simulated, each line a fact of its source: how an io_end holds its inode, who waits for it,
 * and what the last iput does. Real kernels differ in more; these are the differences that i_count and i_state see.
 */
public enum Era {
    /**
     * RHEL 6.3 with writeback that makes io_ends (dioread_nolock of 2.6.34, backported): the only known way in which
     * igrab can be refused there, see package-info of dev.iputrace.sim.
     */
    RHEL6_279("2.6.32-279.el6.x86_64", Pin.IGRAB, true),
    /** RHEL 6.3 as shipped: io_ends for asynchronous direct I/O only, whose submitter holds an open file. */
    RHEL6_279_STOCK("2.6.32-279.el6.x86_64", Pin.IGRAB, true),
    /** 2.6.37, the upstream cure f7ad6d2e9201: i_ioend_count, waited for in ext4_destroy_inode. */
    F7AD6D2E("2.6.37", Pin.IOEND_COUNT, true),
    /** 6.12: the io_end holds nothing; truncate waits for page writeback. */
    MODERN("6.12.117+deb13-amd64", Pin.NOTHING, false),
    /** 6.18: as MODERN, but iput has no BUG_ON and an extra put stays silent. */
    SILENT("6.18.44", Pin.NOTHING, false);

    /** What keeps the inode while an io_end is under way. */
    public enum Pin {
        /** igrab, result ignored; iput when the io_end is freed. */
        IGRAB,
        /** igrab, and no put where it was refused: what a careful caller does. */
        IGRAB_CHECKED,
        /** i_ioend_count. */
        IOEND_COUNT,
        NOTHING
    }

    private final String release;
    private final Pin pin;
    private final boolean old;

    Era(String release, Pin pin, boolean old) {
        this.release = release;
        this.pin = pin;
        this.old = old;
    }

    /** As on the command line: {@code rhel6-279}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** uname -r. */
    public String release() {
        return release;
    }

    public StateBits stateBits() {
        return switch (this) {
            case RHEL6_279, RHEL6_279_STOCK, F7AD6D2E -> StateBits.V2_6_32;
            case MODERN -> StateBits.V6_12;
            case SILENT -> StateBits.V6_18;
        };
    }

    public Pin pin() {
        return pin;
    }

    /** Before 2.6.38: inode_lock is global, the flusher takes a reference, freed inodes can be reused at once. */
    public boolean old() {
        return old;
    }

    /** 2.6.32: I_CLEAR replaces I_FREEING, and clear_inode waits for kjournald2 before it sets it. */
    public boolean rhel6() {
        return pin == Pin.IGRAB;
    }

    /** Page writeback makes io_ends. */
    public boolean writebackIoEnds() {
        return this != RHEL6_279_STOCK;
    }

    /** Asynchronous direct I/O makes io_ends; from 5.5 it is iomap's business. */
    public boolean directIoEnds() {
        return old;
    }

    /** iput has BUG_ON(I_CLEAR). */
    public boolean iputPanics() {
        return this != SILENT;
    }

    /** iput looks at I_DIRTY_TIME after it took the count to 0, and puts it back to 1 (4.0 .. 6.17). */
    public boolean lazytimePutsBack() {
        return this == MODERN;
    }

    /** Files read get I_DIRTY_TIME. */
    public boolean lazytime() {
        return !old;
    }
}
