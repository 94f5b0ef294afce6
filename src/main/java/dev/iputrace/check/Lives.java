package dev.iputrace.check;

import dev.iputrace.event.Flag;
import dev.iputrace.event.Op;
import dev.iputrace.model.InodeState;
import dev.iputrace.model.Rule;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows the lives of inode addresses: which generation an event belongs to, and whether that one is dead (R7).
 * Hot path: one call per kernel event; allocates nothing.
 */
final class Lives {
    /** Events up to two units (131 us) after a death may have overtaken it. */
    private static final int MARGIN_UNITS = 2;

    private final InodeTable inodes;
    private final Breach breach;
    private final int[] devices = new int[InodeState.DEV_MAX];
    private int deviceCount;

    /** Set by {@link #follow}: without a birth probe, only a change of identity tells lives apart. */
    private boolean birthsSeen;

    private boolean deathsSeen;
    private boolean evictsSeen;
    private @Nullable String notProvable;
    private long unseenBirths;
    private long unseenDeaths;
    private long unseenEvicts;

    Lives(InodeTable inodes, Breach breach) {
        this.inodes = inodes;
        this.breach = breach;
    }

    /** What can be concluded with the probes there are. */
    void follow(Coverage coverage) {
        boolean full = !coverage.guard();
        birthsSeen = full && coverage.attached(Op.BIRTH);
        deathsSeen = full && coverage.attached(Op.DEATH);
        evictsSeen = full && coverage.attached(Op.EVICT);
        notProvable = coverage.unprovable(Rule.R7);
    }

    void birth(Event event) {
        int at = inodes.obtain(event.inode());
        long state = inodes.state(at);
        if (deathsSeen && InodeState.generation(state) > 0 && InodeState.phase(state) != InodeState.DEAD) {
            unseenDeaths++;
        }
        inodes.state(at, InodeState.born(state, InodeState.ALIVE, device(event.sDev()), event.tsNs()));
    }

    /** {@code phase}: DYING for evict, CLEARED for clear_inode. */
    void dying(Event event, int phase) {
        int at = knownAlive(event);
        inodes.state(at, InodeState.inPhase(inodes.state(at), phase, event.tsNs()));
    }

    /** Returns the number of io_ends (up to {@link InodeState#IO_ENDS_MAX}) live at this death. */
    int death(Event event) {
        int at = knownAlive(event);
        long state = inodes.state(at);
        boolean evicted = (event.flags() & Flag.DYING) != 0;
        if (evictsSeen && evicted && InodeState.phase(state) == InodeState.ALIVE) {
            unseenEvicts++;
        }
        inodes.state(at, InodeState.inPhase(state, InodeState.DEAD, event.tsNs()));
        return InodeState.ioEnds(state);
    }

    /** Any other use of the inode; returns its slot or {@link InodeTable#ABSENT}. */
    int touch(Event event) {
        int at = inodes.find(event.inode());
        if (at == InodeTable.ABSENT) {
            return at;
        }
        long state = inodes.state(at);
        if (InodeState.phase(state) == InodeState.DEAD) {
            afterDeath(event, at, state);
            return at;
        }
        int identity = InodeState.identity(event.sDev(), event.iIno());
        int known = InodeState.identity(state);
        if (identity != known) {
            identify(event, at, state, known, identity);
        }
        return at;
    }

    /** As {@link #touch}, but the inode is in the table afterwards. */
    int remember(Event event) {
        int at = touch(event);
        return at != InodeTable.ABSENT ? at : unseen(event);
    }

    int generation(int at) {
        return at == InodeTable.ABSENT ? 0 : InodeState.generation(inodes.state(at));
    }

    /** The life that the event belongs to; from here on this inode is followed. 0 for an event of no inode. */
    int followed(Event event) {
        if (event.inode() == 0) {
            return 0;
        }
        int at = inodes.find(event.inode());
        return generation(at == InodeTable.ABSENT ? remember(event) : at);
    }

    private int unseen(Event event) {
        int at = inodes.obtain(event.inode());
        long state = InodeState.born(inodes.state(at), InodeState.UNSEEN, device(event.sDev()), event.tsNs());
        inodes.state(at, InodeState.withIdentity(state, InodeState.identity(event.sDev(), event.iIno())));
        return at;
    }

    private int knownAlive(Event event) {
        int at = inodes.find(event.inode());
        if (at == InodeTable.ABSENT) {
            return unseen(event);
        }
        long state = inodes.state(at);
        if (InodeState.phase(state) == InodeState.DEAD) {
            afterDeath(event, at, state);
        }
        return at;
    }

    private void identify(Event event, int at, long state, int known, int identity) {
        long named = state;
        if (known != 0) {
            unseenBirths += birthsSeen ? 1 : 0;
            named = InodeState.born(state, InodeState.UNSEEN, device(event.sDev()), event.tsNs());
        }
        inodes.state(at, InodeState.withIdentity(named, identity));
    }

    /**
     * The memory keeps I_CLEAR until it is initialised again, so a use without I_CLEAR says that a birth went unseen,
     * unless none can go unseen. Reported once per death.
     */
    private void afterDeath(Event event, int at, long state) {
        int units = InodeState.unitsSince(state, event.tsNs());
        if (units < 0) {
            return;
        }
        boolean asDead = (event.flags() & Flag.CLEAR) != 0;
        if (birthsSeen && (asDead || notProvable == null)) {
            boolean overtaken = units < MARGIN_UNITS;
            if (overtaken && !asDead) {
                return;
            }
            long deathNs = InodeState.phaseBeganNs(state, event.tsNs());
            breach.found(
                    Rule.R7,
                    deathNs,
                    overtaken ? "within 131 us of the death, which it may have overtaken" : notProvable);
        } else {
            unseenBirths += birthsSeen ? 1 : 0;
        }
        long next = InodeState.born(state, InodeState.UNSEEN, device(event.sDev()), event.tsNs());
        inodes.state(at, InodeState.withIdentity(next, InodeState.identity(event.sDev(), event.iIno())));
    }

    /** 0 for a device that found no room. */
    private int device(int sDev) {
        for (int i = 0; i < deviceCount; i++) {
            if (devices[i] == sDev) {
                return i + 1;
            }
        }
        if (deviceCount == devices.length) {
            return 0;
        }
        devices[deviceCount++] = sDev;
        return deviceCount;
    }

    /** The small number of a device that was met; 0 when it was not. */
    int known(int sDev) {
        return Arrays.stream(devices, 0, deviceCount).anyMatch(known -> known == sDev) ? device(sDev) : 0;
    }

    boolean birthsSeen() {
        return birthsSeen;
    }

    long unseenBirths() {
        return unseenBirths;
    }

    long unseenDeaths() {
        return unseenDeaths;
    }

    long unseenEvicts() {
        return unseenEvicts;
    }
}
