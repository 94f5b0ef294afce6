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

    public Machine(KernelOptions options, Sizes sizes, List<TaskSpec> tasks, Probes probes) {
        this.tasks = List.copyOf(tasks);
        k = new Kernel(options, new Layout(sizes), probes);
        Dcache dcache = new Dcache(k);
        int[][] scripts = new int[tasks.size()][];
        int users = 0;
        for (int i = 0; i < tasks.size(); i++) {
            scripts[i] = tasks.get(i).script().ops();
            users += tasks.get(i).isUser() ? 1 : 0;
            k.mem[k.frame(i)] = tasks.get(i).pc();
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
        return k.mem[k.frame(task)] == tasks.get(task).pc();
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
        while (k.mem[t] == Pc.USER && user.step(t, choice)) {}
        return true;
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
                return pc >= Pc.SYNC && pc <= Pc.SYNC_FLUSHED
                        ? syncCall.step(t, pc, choice)
                        : fileOps.step(t, pc, choice);
            default:
                return pc <= Pc.RCU_IDLE ? shrinker.step(t, pc, choice) : umount.step(t, pc);
        }
    }

    /** How many ways the next step of this task can go; the explorer tries them all. */
    public int choices(int task) {
        Sizes sizes = k.at.sizes;
        switch (k.mem[k.frame(task)]) {
            case Pc.IRQ_IDLE:
            case Pc.WORK_IDLE:
            case Pc.IPUT_WORK_IDLE:
                return sizes.ioEnds();
            case Pc.FLUSH_IDLE:
            case Pc.SYNC_PICK:
            case Pc.SHRINK_INODE:
            case Pc.RCU_IDLE:
                return sizes.inodes();
            case Pc.FPUT_IDLE:
            case Pc.SHRINK_IDLE:
                return sizes.dentries();
            case Pc.WRITEPAGES_MAP:
            case Pc.AIO_QUEUED:
                return 2;
            default:
                return 1;
        }
    }
}
