package dev.iputrace.sim.kernel;

import dev.iputrace.sim.kernel.Era.Pin;
import java.util.Arrays;
import java.util.Set;

/**
 * The memory of the fake kernel and what every routine needs of it: locks, sleeping, calls, slots. A routine is a
 * class whose {@code step} runs one task from one interruptible point to the next; it returns false, with nothing
 * changed, when the task must wait.
 *
 * <p>Hot path: a step runs in nanoseconds and allocates nothing.
 */
public final class Kernel {
    /** As vm.dirty_ratio: with so many dirty pages writers wait; at half of it the flusher begins. */
    static final int DIRTY_MAX = 64;

    final Era era;
    final KernelOptions options;
    final Layout at;
    public final int[] mem;
    final Probes probes;
    final Slab slab;
    final Rng faultRng;

    /** What an io_end holds its inode by, faults considered. */
    final Pin pin;

    private final int faults;
    final boolean old;
    final boolean rhel6;

    final SlotSet freeInodes;
    final SlotSet rcuInodes;
    final SlotSet lruInodes;
    final SlotSet dirtyInodes;
    final SlotSet writebackInodes;
    final SlotSet runningInodes;
    final SlotSet submitInodes;
    final SlotSet waitInodes;
    final SlotSet freeIoEnds;
    final SlotSet flightIoEnds;
    final SlotSet queuedIoEnds;
    final SlotSet releasedIoEnds;
    final SlotSet freeDentries;
    final SlotSet prunableDentries;
    final SlotSet fputDentries;

    /** Explorer: a choice is taken literally, and nothing is random. */
    final boolean exact;

    /** Tasks that may be able to go on; a hint for schedulers, not part of the state. */
    long runnable = -1L;

    private final long[] waiters;
    long taskBit;
    int task;
    final int[] faultsLeft = new int[Fault.values().length];

    /** Set by a BUG_ON: nothing runs any more. */
    boolean bug;

    /** The workload ends: user tasks stop at their next loop, and the last unmount follows. */
    boolean quitting;

    Kernel(KernelOptions options, Layout layout, Probes probes) {
        this.options = options;
        this.era = options.era();
        this.exact = options.exact();
        this.at = layout;
        Layout.Sizes sizes = layout.sizes;
        mem = new int[layout.words];
        freeInodes = new SlotSet(mem, at.freeInodes, sizes.inodes());
        rcuInodes = new SlotSet(mem, at.rcuInodes, sizes.inodes());
        lruInodes = new SlotSet(mem, at.lruInodes, sizes.inodes());
        dirtyInodes = new SlotSet(mem, at.dirtyInodes, sizes.inodes());
        writebackInodes = new SlotSet(mem, at.writebackInodes, sizes.inodes());
        runningInodes = new SlotSet(mem, at.runningInodes, sizes.inodes());
        submitInodes = new SlotSet(mem, at.submitInodes, sizes.inodes());
        waitInodes = new SlotSet(mem, at.waitInodes, sizes.inodes());
        freeIoEnds = new SlotSet(mem, at.freeIoEnds, sizes.ioEnds());
        flightIoEnds = new SlotSet(mem, at.flightIoEnds, sizes.ioEnds());
        queuedIoEnds = new SlotSet(mem, at.queuedIoEnds, sizes.ioEnds());
        releasedIoEnds = new SlotSet(mem, at.releasedIoEnds, sizes.ioEnds());
        freeDentries = new SlotSet(mem, at.freeDentries, sizes.dentries());
        prunableDentries = new SlotSet(mem, at.prunableDentries, sizes.dentries());
        fputDentries = new SlotSet(mem, at.fputDentries, sizes.dentries());
        fill(freeInodes, sizes.inodes());
        fill(freeIoEnds, sizes.ioEnds());
        fill(freeDentries, sizes.dentries());
        waiters = new long[mem.length];
        old = era.old();
        rhel6 = era.rhel6();
        pin = pin(options.faults());
        int bits = 0;
        for (Fault fault : options.faults()) {
            bits |= fault.bit();
        }
        faults = bits;
        faultRng = new Rng(options.seed() ^ 0x6661756c74L);
        Arrays.fill(faultsLeft, options.faultMax());
        mem[Layout.MS_ACTIVE] = 1;
        this.probes = probes;
        slab = new Slab(this);
        probes.attach(this);
    }

    private static void fill(SlotSet set, int slots) {
        for (int slot = 0; slot < slots; slot++) {
            set.add(slot);
        }
    }

    private Pin pin(Set<Fault> faults) {
        if (faults.contains(Fault.IGRAB_IGNORED)) {
            return Pin.IGRAB;
        }
        // A fault of igrab needs somebody who calls it.
        boolean grabs = era.pin() == Pin.IGRAB;
        return faults.contains(Fault.IGRAB_IGNORES_FREEING) && !grabs ? Pin.IGRAB_CHECKED : era.pin();
    }

    int inode(int slot) {
        return at.inodes + slot * Layout.INODE_WORDS;
    }

    int ioEnd(int slot) {
        return at.ioEnds + slot * Layout.IO_END_WORDS;
    }

    int dentry(int slot) {
        return at.dentries + slot * Layout.DENTRY_WORDS;
    }

    int name(int name) {
        return at.names + name * Layout.NAME_WORDS;
    }

    int frame(int taskIndex) {
        return at.tasks + taskIndex * Layout.TASK_WORDS;
    }

    /** The spinlock that guards i_state: inode_lock, from 2.6.38 on i_lock. */
    int stateLock(int inode) {
        return old ? Layout.INODE_LOCK : inode + Layout.I_LOCK;
    }

    /** True when the lock is free or was taken: a whole critical section in one step needs no more. */
    boolean isFree(int lock) {
        return mem[lock] == 0 || sleep(lock);
    }

    boolean lock(int lock) {
        if (mem[lock] != 0) {
            return sleep(lock);
        }
        mem[lock] = 1;
        return true;
    }

    void unlock(int lock) {
        mem[lock] = 0;
        wake(lock);
    }

    /** The task waits until {@link #wake} of this word. Always false, so that a step can return it. */
    boolean sleep(int word) {
        waiters[word] |= taskBit;
        runnable &= ~taskBit;
        return false;
    }

    void wake(int word) {
        long waiting = waiters[word];
        if (waiting != 0) {
            runnable |= waiting;
            waiters[word] = 0;
        }
    }

    /** Wakes a daemon that waits for work. */
    void kick(int word, int times) {
        if (mem[word] != times) {
            mem[word] = times;
            wake(word);
        }
    }

    /** Memory is short: wakes kswapd and waits. Exact: to wake it is a step, taken only if it would find something. */
    boolean reclaim(SlotSet free) {
        boolean wakes = mem[Layout.SHRINK_KICK] == 0 && prunableDentries.size() + lruInodes.size() > 0;
        if (!exact || wakes) {
            kick(Layout.SHRINK_KICK, 1);
        }
        return sleep(free.word()) || (exact && wakes);
    }

    /** Dirty pages come or go; writers held up by too many of them go on when half is written. */
    void dirtied(int pages) {
        int total = mem[Layout.DIRTY_TOTAL] += pages;
        if (pages < 0 && total <= DIRTY_MAX / 2) {
            wake(Layout.DIRTY_TOTAL);
        }
    }

    void go(int t, int pc) {
        mem[t] = pc;
    }

    /** Calls a routine that will come back to {@code back}. */
    void call(int t, int pc, int back) {
        int sp = mem[t + Layout.T_SP];
        if (sp == Layout.RET_MAX) {
            throw new IllegalStateException("fake kernel: stack full: task=" + task + ", pc=" + pc);
        }
        mem[t + Layout.T_RET + sp] = back;
        mem[t + Layout.T_SP] = sp + 1;
        mem[t] = pc;
    }

    /** Returns; through iput too, when it only waited for evict. */
    void ret(int t) {
        int sp = mem[t + Layout.T_SP];
        int back;
        do {
            sp--;
            back = mem[t + Layout.T_RET + sp];
            mem[t + Layout.T_RET + sp] = 0;
        } while (back == Pc.IPUT_EVICTED);
        mem[t + Layout.T_SP] = sp;
        mem[t] = back;
    }

    /** Back to the top of a daemon; registers are cleared, so that equal states look equal. */
    void idle(int t, int pc) {
        mem[t] = pc;
        mem[t + Layout.T_INODE] = 0;
        mem[t + Layout.T_IO_END] = 0;
        mem[t + Layout.T_DENTRY] = 0;
        mem[t + Layout.T_ARG] = 0;
        mem[t + Layout.T_NAME] = 0;
    }

    /** Where the routine that runs now will return to. */
    int caller(int t) {
        return mem[t + Layout.T_RET + mem[t + Layout.T_SP] - 1];
    }

    /** A member of the set, by choice (exact: by its rank); -1 when there is none. */
    int pick(SlotSet set, int choice, int slots) {
        if (exact) {
            return set.nth(choice);
        }
        return set.from((int) (((choice & 0xffffffffL) * slots) >>> 32));
    }

    /** True when no task is inside the kernel, but for the one that unmounts. */
    boolean daemonsIdle() {
        for (int i = 0; i < at.sizes.tasks(); i++) {
            if (!isIdle(mem[frame(i)])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isIdle(int pc) {
        switch (pc) {
            case Pc.USER:
            case Pc.EXITED:
            case Pc.IRQ_IDLE:
            case Pc.WORK_IDLE:
            case Pc.IPUT_WORK_IDLE:
            case Pc.FLUSH_IDLE:
            case Pc.COMMIT_IDLE:
            case Pc.FPUT_IDLE:
            case Pc.SHRINK_IDLE:
            case Pc.RCU_IDLE:
            case Pc.UMOUNT_SYNC:
                return true;
            default:
                return false;
        }
    }

    boolean has(Fault fault) {
        return (faults & fault.bit()) != 0;
    }

    /** Whether this fault acts here and now. */
    boolean strikes(Fault fault) {
        if (!has(fault)) {
            return false;
        }
        if (exact) {
            return true;
        }
        if (faultsLeft[fault.index()] == 0 || faultRng.below(options.faultEvery()) != 0) {
            return false;
        }
        faultsLeft[fault.index()]--;
        return true;
    }

    /** A BUG_ON of the routine that the task is in. */
    void bug(int t) {
        bug = true;
        probes.bug(t);
    }
}
