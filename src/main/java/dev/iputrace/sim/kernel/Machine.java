package dev.iputrace.sim.kernel;

import dev.iputrace.sim.kernel.Layout.Sizes;
import java.util.List;

/**
 * The fake kernel put together: its routines and its tasks. {@link #step} lets one task run from one interruptible
 * point to the next; who runs when is up to the caller, the simulator's scheduler or the explorer.
 */
public final class Machine {
    private final Kernel k;
    private final User user;
    private final Igrab igrab;
    private final Iput iput;
    private final Evict evict;
    private final WritePages writePages;
    private final IoEnd ioEnd;
    private final BioEnd bioEnd;
    private final IoEndWork ioEndWork;
    private final Flusher flusher;
    private final Journal journal;
    private final Namei namei;
    private final Unlink unlink;
    private final Rename rename;
    private final FileOps fileOps;
    private final SyncCall syncCall;
    private final Shrinker shrinker;
    private final Umount umount;
    private final List<TaskSpec> tasks;
    /** Where each task begins, {@link TaskSpec#pc}: read at each step. */
    private final int[] firstPcs;

    public Machine(KernelOptions options, Sizes sizes, List<TaskSpec> tasks, Probes probes) {
        this.tasks = List.copyOf(tasks);
        k = new Kernel(options, new Layout(sizes), probes);
        Dcache dcache = new Dcache(k);
        int[][] scripts = new int[tasks.size()][];
        firstPcs = new int[tasks.size()];
        int users = 0;
        for (int i = 0; i < tasks.size(); i++) {
            scripts[i] = tasks.get(i).script().ops();
            users += tasks.get(i).isUser() ? 1 : 0;
            firstPcs[i] = tasks.get(i).pc();
            k.mem[k.frame(i)] = firstPcs[i];
        }
        user = new User(k, scripts);
        igrab = new Igrab(k);
        iput = new Iput(k);
        evict = new Evict(k);
        writePages = new WritePages(k);
        ioEnd = new IoEnd(k);
        bioEnd = new BioEnd(k);
        ioEndWork = new IoEndWork(k);
        flusher = new Flusher(k);
        journal = new Journal(k);
        namei = new Namei(k, dcache);
        unlink = new Unlink(k, dcache, namei);
        rename = new Rename(k, dcache, namei, unlink);
        fileOps = new FileOps(k, dcache);
        syncCall = new SyncCall(k);
        shrinker = new Shrinker(k, dcache);
        umount = new Umount(k, dcache, users);
        k.runnable = tasks.size() == Long.SIZE ? -1L : (1L << tasks.size()) - 1;
    }

    public Kernel kernel() {
        return k;
    }

    public List<TaskSpec> tasks() {
        return tasks;
    }

    /** Bits of the tasks that may be able to go on. */
    public long runnable() {
        return k.runnable;
    }

    /** True when the task stands where it began: a daemon is idle, a handler of interrupts has returned. */
    public boolean isIdle(int task) {
        return k.mem[k.frame(task)] == firstPcs[task];
    }

    public boolean hasExited(int task) {
        return k.mem[k.frame(task)] == Pc.EXITED;
    }

    /** A BUG_ON fired: nothing runs any more. */
    public boolean isDead() {
        return k.bug;
    }

    /** User tasks end at their next loop; then the file system is unmounted for the last time. */
    public void quit() {
        k.quitting = true;
    }

    /** What a kernel does by itself every few seconds: writes back and commits; now and then it needs memory. */
    public void tick(boolean shortOfMemory) {
        k.kick(Layout.FLUSH_KICK, 1);
        k.kick(Layout.COMMIT_KICK, 1);
        if (shortOfMemory) {
            k.kick(Layout.SHRINK_KICK, 8);
        }
    }

    /** Mounts the file system; events of the root directory come from task 0. */
    public void mount() {
        umount.mount(k.frame(0));
    }

    /**
     * Hot path: one step of one task. False when it must wait; then nothing has changed.
     *
     * @param choice random bits; for the explorer, one of {@link #choices}
     */
    public boolean step(int task, int choice) {
        k.task = task;
        k.taskBit = 1L << task;
        int t = k.frame(task);
        if (!step(t, k.mem[t], choice)) {
            return false;
        }
        // What happens in user space is nobody else's business: on to the next system call.
        int pc = k.mem[t];
        while (pc == Pc.USER ? user.step(t, choice) : k.exact && isOwnBusiness(pc) && step(t, pc, 0)) {
            pc = k.mem[t];
        }
        if (k.exact && pc != Pc.USER && pc == firstPcs[task]) {
            // Registers are dead there, and equal states should look equal.
            k.idle(t, pc);
        }
        return true;
    }

    /**
     * Steps that the explorer takes together with the one before: they read and write only the task's own frame, send
     * no event, can always be taken, in one way, and none leads to itself.
     *
     * <p>Why no schedule is missed: such a step s commutes with each step of each other task, for neither touches what
     * the other does, and nobody can disable it. (quiet() of umount looks at the program counters of others, but only
     * a step that changes nothing at all depends on it before s.) So any schedule of the unfused machine in which s
     * comes later has a twin in which s comes at once, with the same events in the same order and the same states at
     * its end; and as fused steps are counted once in both, the twin is no longer. As s leads to another program
     * counter always, no task can go round in s forever and hold the others up.
     */
    private boolean isOwnBusiness(int pc) {
        switch (pc) {
            case Pc.EVICT_DELETE:
            case Pc.COMMIT_LOG:
            case Pc.WORK_FREED:
            case Pc.IPUT_WORK_FREED:
            case Pc.IRQ_DONE:
            case Pc.CLOSE_DONE:
            case Pc.AIO_BATCH_FREE:
            case Pc.UNLINK_PUT_AGAIN:
                return true;
            case Pc.UNLINK_DONE:
                return !k.has(Fault.PUT_TWICE);
            default:
                return false;
        }
    }

    private boolean step(int t, int pc, int choice) {
        switch (pc >> 4) {
            case 0x0:
                return user.step(t, choice);
            case 0x1:
                return igrab.step(t, pc);
            case 0x2:
                return iput.step(t, pc);
            case 0x3:
                return evict.step(t, pc, choice);
            case 0x4:
                return writePages.step(t, pc, choice);
            case 0x5:
                return ioEnd.step(t, pc);
            case 0x6:
                return bioEnd.step(t, pc, choice);
            case 0x7:
                return ioEndWork.step(t, pc, choice);
            case 0x8:
                return flusher.step(t, pc, choice);
            case 0x9:
                return journal.step(t, pc, choice);
            case 0xa:
                return namei.step(t, pc);
            case 0xb:
                return unlink.step(t, pc);
            case 0xc:
                return rename.step(t, pc);
            case 0xd:
                return ((pc >= Pc.SYNC && pc <= Pc.SYNC_FLUSHED) || pc == Pc.TIMER)
                        ? syncCall.step(t, pc, choice)
                        : fileOps.step(t, pc, choice);
            default:
                return pc <= Pc.RCU_IDLE ? shrinker.step(t, pc, choice) : umount.step(t, pc);
        }
    }

    /** How many ways the next step of this task can go, at least 1; the explorer tries them all. */
    public int choices(int task) {
        int t = k.frame(task);
        switch (k.mem[t]) {
            case Pc.IRQ_IDLE:
                return oneOf(k.flightIoEnds);
            case Pc.WORK_IDLE:
                return oneOf(k.queuedIoEnds);
            case Pc.IPUT_WORK_IDLE:
                return oneOf(k.releasedIoEnds);
            case Pc.FLUSH_IDLE:
                return Math.max(1, flusher.choices());
            case Pc.SYNC_PICK:
                return k.mem[t + Layout.T_ARG] == 0 ? 1 : oneOf(k.writebackInodes);
            case Pc.SHRINK_INODE:
                return oneOf(k.lruInodes);
            case Pc.RCU_IDLE:
                return oneOf(k.rcuInodes);
            case Pc.FPUT_IDLE:
                return oneOf(k.fputDentries);
            case Pc.SHRINK_IDLE:
                return oneOf(k.prunableDentries);
            case Pc.WRITEPAGES_MAP:
                return k.mem[k.inode(k.mem[t + Layout.T_INODE]) + Layout.I_DIRTY_PAGES] > 0 ? 2 : 1;
            case Pc.AIO_QUEUED:
                return 2;
            default:
                return 1;
        }
    }

    private static int oneOf(SlotSet set) {
        return Math.max(1, set.size());
    }

    /** For the explorer: user tasks are at their first system call. */
    public void begin() {
        for (int i = 0; i < tasks.size(); i++) {
            k.task = i;
            k.taskBit = 1L << i;
            int t = k.frame(i);
            while (k.mem[t] == Pc.USER && user.step(t, 0)) {}
        }
    }

    public boolean isUnmounting(int task) {
        return k.mem[k.frame(task)] == Pc.UMOUNT_SYNC && umount.quiet();
    }

    /** What the next step of the task does, in a word or two of the kernel. */
    public String nextStep(int task) {
        return StepNames.of(k.mem[k.frame(task)]);
    }

    /** Slot of the inode that the task works on; 0 also when on none. */
    public int inodeOf(int task) {
        return k.mem[k.frame(task) + Layout.T_INODE];
    }

    /** i_count and what i_state says of the end of an inode: {@code 0 I_FREEING}. */
    public String describe(int slot) {
        int inode = k.inode(slot);
        int life = k.mem[inode + Layout.I_LIFE];
        if (life == Slab.FREE) {
            return "";
        }
        return k.mem[inode + Layout.I_COUNT]
                + InodeState.describe(k.mem[inode + Layout.I_STATE])
                + (life == Slab.DEAD ? " dead" : "");
    }

    /** For the explorer: {@link Layout#partEnds}. */
    public int[] partEnds() {
        return k.at.partEnds();
    }

    /** For the explorer: after {@link #isDead}, when it has put back an earlier state. */
    public void revive() {
        k.bug = false;
    }
}
