package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The probes, where the real ones sit: at entry, before lock and atomic; igrab and ext4_init_io_end send at return
 * what they read at entry. R1 to R5 are decided here from the same values, as the BPF program does.
 */
public final class Probes {
    /** A partition of a disk: 8:3. */
    private static final int S_DEV = 8 << 20 | 3;

    /** In T_GRAB_STATE and T_INIT_STATE, beside {@link InodeState} bits. */
    private static final int UNLINKED = 0x80;

    private static final int DEAD = 0x200;

    private final Era era;
    private final EventLog log;
    private final Truth truth;
    private final List<TaskSpec> tasks;
    private final int[] tids;
    private final String[] comms;
    private final Event e;
    private final CallSites sites;
    private final Addresses addresses;
    private final InodeState states;
    private final long[] grabNs;
    private final long[] initNs;

    /** The return of the igrab inside the init that runs was not probed. */
    private final boolean[] grabMissed;

    private final SilentReturns silent;
    private final long[] sent = new long[OpCode.FIRST_COMPANION];
    private int[] mem = new int[0];
    private @Nullable Kernel kernel;
    private @Nullable Panic panic;
    private long busyInodes;

    /** CLOCK_MONOTONIC of the step that runs; the scheduler sets it. */
    public long nowNs;

    public int cpu;

    /** Since the explorer cleared it: rules broken. */
    public int brokenRules;

    /** {@code missesPerMillion}: how often a return probe does not fire. */
    public Probes(
            KernelOptions options,
            Layout.Sizes sizes,
            List<TaskSpec> tasks,
            EventLog log,
            Truth truth,
            int missesPerMillion) {
        this.era = options.era();
        this.log = log;
        this.truth = truth;
        this.tasks = List.copyOf(tasks);
        tids = tasks.stream().mapToInt(TaskSpec::tid).toArray();
        comms = tasks.stream().map(TaskSpec::comm).toArray(String[]::new);
        silent = new SilentReturns(missesPerMillion, options.seed());
        sites = CallSites.of(era);
        e = new Event(sites);
        addresses = new Addresses(sizes, era);
        states = new InodeState(era);
        grabNs = new long[tasks.size()];
        initNs = new long[tasks.size()];
        grabMissed = new boolean[tasks.size()];
    }

    void attach(Kernel attached) {
        kernel = attached;
        mem = attached.mem;
        e.mem = mem;
    }

    private Kernel k() {
        if (kernel == null) {
            throw new IllegalStateException("probes: kernel=null");
        }
        return kernel;
    }

    /** Fills in what every event about an inode has; values are read now. */
    private void look(int op, int t, int slot, int site) {
        Kernel k = k();
        int inode = k.inode(slot);
        int state = mem[inode + I_STATE];
        head(op, t, site);
        e.inode = addresses.inode[slot];
        e.iIno = addresses.iIno[slot];
        e.sDev = S_DEV;
        e.iCount = mem[inode + I_COUNT];
        e.iState = states.raw(state);
        e.flags = states.flags(state) | (mem[inode + I_NLINK] <= 0 ? Flag.UNLINKED : 0);
    }

    private void head(int op, int t, int site) {
        int task = k().task;
        e.tsNs = nowNs;
        e.op = op;
        e.flags = 0;
        e.cpu = cpu;
        e.inode = 0;
        e.ioEnd = 0;
        e.iIno = 0;
        e.sDev = 0;
        e.iCount = 0;
        e.iState = 0;
        e.tid = tids[task];
        e.comm = comms[task];
        e.frame = t;
        e.site = site;
        int caller = site != 0 || mem[t + T_SP] == 0 ? site : mem[t + T_RET + mem[t + T_SP] - 1];
        e.caller = sites.caller(caller);
    }

    /** Sends the event; {@code broken} are bits of {@link Broken}, of which R1 to R5 show in the flags. */
    private void send(int broken) {
        sent[e.op]++;
        int number = log.event(e);
        if (broken != 0) {
            brokenRules |= broken;
            truth.broken(broken, e.tsNs, e.cpu, number, e.inode, e.ioEnd, e.sent);
        }
    }

    private void flag(int broken) {
        int stateless = broken & (Broken.R6.bit() - 1);
        if (stateless != 0) {
            e.flags |= Flag.BROKEN_RULE;
        }
    }

    /** R7, once for each death. */
    private int afterDeath(int slot) {
        if (!isDead(slot) || addresses.toldDead[slot] == addresses.generation[slot]) {
            return 0;
        }
        addresses.toldDead[slot] = addresses.generation[slot];
        return Broken.R7.bit();
    }

    private boolean isDead(int slot) {
        int life = mem[k().inode(slot) + I_LIFE];
        return life == Slab.DEAD || life == Slab.FREE;
    }

    /** A call that began before the death and returns after it has the time of its beginning: that is no R7. */
    private int afterDeath(int slot, int stateAtEntry) {
        return (stateAtEntry & DEAD) != 0 ? afterDeath(slot) : 0;
    }

    /** inode_init_always at entry: the fields are still those of the last life, so only the address is sent. */
    void birth(int t, int slot) {
        addresses.born(slot);
        head(OpCode.BIRTH, t, Pc.LOOKUP_ALLOC);
        e.inode = addresses.inode[slot];
        e.sDev = S_DEV;
        send(0);
    }

    void igrabEntry(int t, int slot) {
        grabNs[k().task] = nowNs;
        mem[t + T_GRAB_COUNT] = mem[k().inode(slot) + I_COUNT];
        mem[t + T_GRAB_STATE] = state(slot);
    }

    private int state(int slot) {
        int inode = k().inode(slot);
        return mem[inode + I_STATE] | (mem[inode + I_NLINK] <= 0 ? UNLINKED : 0) | (isDead(slot) ? DEAD : 0);
    }

    void igrabReturn(int t, int slot) {
        int task = k().task;
        boolean refused = mem[t + T_RESULT] == 0;
        int entered = mem[t + T_GRAB_STATE];
        boolean grabbedDying = !refused && (entered & (InodeState.FREEING | InodeState.CLEAR)) != 0;
        look(OpCode.IGRAB, t, slot, 0);
        asAtEntry(grabNs[task], mem[t + T_GRAB_COUNT], entered);
        mem[t + T_GRAB_COUNT] = 0;
        mem[t + T_GRAB_STATE] = 0;
        boolean inInit = k().caller(t) == Pc.IO_END_PINNED;
        e.flags |= (refused ? Flag.REFUSED : 0) | (inInit ? Flag.IN_IO_END_INIT : 0);
        // The entry probe may have been too early to see it.
        if (!refused && (mem[k().inode(slot) + I_STATE] & (InodeState.FREEING | InodeState.CLEAR)) != 0) {
            cause(Cause.GRAB_OF_DYING, slot);
        }
        grabMissed[task] = silent.strikes(OpCode.IGRAB);
        if (!grabMissed[task]) {
            send((grabbedDying ? Broken.R6.bit() : 0) | afterDeath(slot, entered));
        }
    }

    private void asAtEntry(long tsNs, int iCount, int state) {
        int bits = state & ~(UNLINKED | DEAD);
        e.tsNs = tsNs;
        e.iCount = iCount;
        e.iState = states.raw(bits);
        e.flags = states.flags(bits) | ((state & UNLINKED) != 0 ? Flag.UNLINKED : 0);
    }

    void iput(int t, int slot) {
        look(OpCode.IPUT, t, slot, 0);
        int broken = e.iCount < 1 ? Broken.R1.bit() : 0;
        if ((e.flags & Flag.DYING) != 0) {
            broken |= Broken.R2.bit();
        } else if ((e.flags & Flag.WILL_FREE) != 0) {
            broken |= Broken.R2W.bit();
        }
        flag(broken);
        int back = k().caller(t);
        if (back == Pc.IO_END_PUT_DONE || back == Pc.IO_END_PUT_AGAIN) {
            e.flags |= Flag.IN_IO_END_FREE;
        }
        if (back == Pc.IO_END_PUT_DONE && broken == 0 && unpinned(t)) {
            broken |= Broken.R4.bit();
        }
        if (back == Pc.IO_END_PUT_AGAIN || back == Pc.UNLINK_PUT_AGAIN) {
            cause(Cause.EXTRA_PUT, slot);
        }
        send(broken | afterDeath(slot));
    }

    private boolean unpinned(int t) {
        return (mem[k().ioEnd(mem[t + T_IO_END]) + E_FLAGS] & IoEnd.REFUSED) != 0;
    }

    void initEntry(int t, int slot) {
        initNs[k().task] = nowNs;
        grabMissed[k().task] = false;
        mem[t + T_INIT_COUNT] = mem[k().inode(slot) + I_COUNT];
        mem[t + T_INIT_STATE] = state(slot);
    }

    void initReturn(int t, int slot, int ioEnd) {
        int task = k().task;
        boolean refused = (mem[k().ioEnd(ioEnd) + E_FLAGS] & IoEnd.REFUSED) != 0;
        look(OpCode.IO_END_INIT, t, slot, 0);
        int entered = mem[t + T_INIT_STATE];
        asAtEntry(initNs[task], mem[t + T_INIT_COUNT], entered);
        mem[t + T_INIT_COUNT] = 0;
        mem[t + T_INIT_STATE] = 0;
        e.ioEnd = addresses.ioEnd[ioEnd];
        if (refused) {
            cause(Cause.IGNORED_REFUSAL, slot);
        }
        boolean seenRefused = refused && !grabMissed[task];
        int broken = seenRefused ? Broken.R4.bit() : 0;
        flag(broken);
        e.flags |= seenRefused ? Flag.REFUSED : 0;
        if (!silent.strikes(OpCode.IO_END_INIT)) {
            send(broken | afterDeath(slot, entered));
        }
    }

    void ioEndFree(int t, int ioEnd) {
        head(OpCode.IO_END_FREE, t, 0);
        e.ioEnd = addresses.ioEnd[ioEnd];
        boolean again = (mem[k().ioEnd(ioEnd) + E_FLAGS] & IoEnd.FREED) != 0;
        if (again) {
            cause(Cause.IO_END_FREED_TWICE, mem[k().ioEnd(ioEnd) + E_INODE]);
        }
        send(again ? Broken.R8.bit() : 0);
    }

    /** No event tells; only that none ever comes. */
    void ioEndLeaked(int ioEnd) {
        int slot = mem[k().ioEnd(ioEnd) + E_INODE];
        cause(Cause.IO_END_LEAKED, slot);
        brokenRules |= Broken.R8.bit();
        truth.broken(Broken.R8.bit(), nowNs, cpu, -1, addresses.inode[slot], addresses.ioEnd[ioEnd], true);
    }

    void evict(int t, int slot) {
        look(OpCode.EVICT, t, slot, 0);
        dying(slot);
    }

    void clear(int t, int slot) {
        look(OpCode.CLEAR, t, slot, Pc.CLEAR_INODE);
        dying(slot);
    }

    void death(int t, int slot) {
        look(OpCode.DEATH, t, slot, Pc.DESTROY_INODE);
        dying(slot);
        addresses.toldDead[slot] = 0;
        if (mem[k().inode(slot) + I_NLINK] <= 0) {
            addresses.release(slot);
        }
    }

    /** R3. Every inode that this kernel destroys was evicted before. */
    private void dying(int slot) {
        int broken = e.iCount != 0 ? Broken.R3.bit() : 0;
        flag(broken);
        send(broken | afterDeath(slot));
    }

    void ihold(int t, int slot) {
        boolean ofCgroup = mem[t] == Pc.FLUSH_IDLE;
        look(OpCode.IHOLD, t, slot, ofCgroup ? Pc.FLUSH_SWITCH : Pc.UNLINK_INC);
        int broken = e.iCount < 1 ? Broken.R5.bit() : 0;
        flag(broken);
        if (broken != 0) {
            cause(Cause.HOLD_ON_ZERO, slot);
        }
        send(broken | afterDeath(slot));
    }

    void umount(int t) {
        head(OpCode.UMOUNT, t, Pc.UMOUNT_SYNC);
        e.sDev = S_DEV;
        send(0);
    }

    /** "VFS: Busy inodes after unmount". */
    void busy(int slot) {
        busyInodes++;
        brokenRules |= Broken.R10.bit();
        truth.broken(Broken.R10.bit(), nowNs, cpu, -1, addresses.inode[slot], 0, true);
    }

    void cause(Cause cause, int slot) {
        truth.cause(cause, nowNs, addresses.inode[slot], addresses.generation[slot]);
    }

    void bug(int t) {
        panic = PanicText.of(era, sites, mem, t, tasks.get(k().task), cpu, nowNs);
    }

    void sleepNs(long ns) {
        nowNs += ns;
    }

    void number(int slot, int name, boolean onDisk) {
        addresses.number(slot, name, onDisk);
    }

    void numberRoot(int slot) {
        addresses.numberRoot(slot);
    }

    void renumber(int fromName, int toName) {
        addresses.renumber(fromName, toName);
    }

    /** What the fake BUG_ON printed; null while the kernel lives. */
    public @Nullable Panic panic() {
        return panic;
    }

    public long busyInodes() {
        return busyInodes;
    }

    /** Events of this op tried. */
    public long sent(int op) {
        return sent[op];
    }

    /** Returns that no probe saw. */
    public long missed(int op) {
        return silent.count(op);
    }

    public Symbols symbols() {
        return sites.symbols();
    }

    /** For the explorer: forgets all that was seen, to begin again with the first state. */
    public void restart() {
        addresses.restart();
        panic = null;
        brokenRules = 0;
    }

    /** Addresses of the inodes, by slot. */
    public long[] inodes() {
        return addresses.inode.clone();
    }

    /** Addresses of the io_ends, by slot. */
    public long[] ioEnds() {
        return addresses.ioEnd.clone();
    }
}
