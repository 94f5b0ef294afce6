package dev.iputrace.sim.kernel;

/**
 * Where everything lies in the fake kernel's memory, one {@code int[]}. Structs are runs of words, addressed by slot;
 * sets are {@link SlotSet}s. All that decides what can happen next is in there and nothing else is, so that the
 * explorer can copy, hash and compare states without knowing them.
 */
public final class Layout {
    /* struct task: program counter, return stack, registers. */
    static final int T_PC = 0;
    static final int T_SP = 1;
    static final int T_RET = 2;
    static final int RET_MAX = 7;
    /** Slot of the inode that the current call works on. */
    static final int T_INODE = T_RET + RET_MAX;

    static final int T_IO_END = T_INODE + 1;
    static final int T_DENTRY = T_IO_END + 1;
    /** The open file: slot of its dentry + 1, 0 for none. */
    static final int T_FD = T_DENTRY + 1;
    /** Place in the script of the task. */
    static final int T_IP = T_FD + 1;

    static final int T_ARG = T_IP + 1;
    /** Name of the file that the script works on. */
    static final int T_NAME = T_ARG + 1;
    /** Return value of igrab. */
    static final int T_RESULT = T_NAME + 1;
    /** What the entry probes of igrab and of ext4_init_io_end saw, until the return. */
    static final int T_GRAB_COUNT = T_RESULT + 1;

    static final int T_GRAB_STATE = T_GRAB_COUNT + 1;
    static final int T_INIT_COUNT = T_GRAB_STATE + 1;
    static final int T_INIT_STATE = T_INIT_COUNT + 1;
    /** Direct I/O under way. */
    static final int T_AIO = T_INIT_STATE + 1;

    static final int TASK_WORDS = T_AIO + 1;

    /* struct inode */
    static final int I_COUNT = 0;
    /** {@link InodeState} bits. */
    static final int I_STATE = 1;

    static final int I_NLINK = 2;
    /** i_lock where the era has one. */
    static final int I_LOCK = 3;

    static final int I_MUTEX = 4;
    static final int I_DIRTY_PAGES = 5;
    /** Pages locked for or under writeback: truncate waits for them. */
    static final int I_WRITEBACK = 6;

    static final int I_IOEND_COUNT = 7;
    /** Place on the journal: {@link Journal}. */
    static final int I_TRANSACTION = 8;
    /** JI_COMMIT_RUNNING: kjournald2 works on the inode, without a reference. */
    static final int I_COMMIT_RUNNING = 9;
    /** {@link Slab}. */
    static final int I_LIFE = 10;
    /** Name on disk + 1, 0 when it has none any more. */
    static final int I_NAME = 11;

    static final int INODE_WORDS = 12;

    /* struct ext4_io_end */
    static final int E_LIVE = 0;
    static final int E_INODE = 1;
    static final int E_COUNT = 2;
    static final int E_FLAGS = 3;
    static final int E_PAGES = 4;
    /** Direct I/O: dentry of the file + 1 that the kiocb holds, and the task that submitted it. */
    static final int E_FILE = 5;

    static final int E_TASK = 6;
    static final int IO_END_WORDS = 7;

    /* struct dentry */
    static final int D_COUNT = 0;
    /** Slot + 1, 0 when negative. */
    static final int D_INODE = 1;
    /** Name + 1, 0 when unhashed. */
    static final int D_NAME = 2;

    static final int DENTRY_WORDS = 3;

    /* A name in the directory, as on disk. */
    /** Dentry + 1, 0 when not in the dcache. */
    static final int N_DENTRY = 0;
    /** Inode + 1, 0 when not in the inode cache. */
    static final int N_INODE = 1;

    static final int N_EXISTS = 2;
    static final int NAME_WORDS = 3;

    /* Words of which there is one. */
    static final int INODE_LOCK = 0;
    static final int MS_ACTIVE = 1;
    static final int DIR_MUTEX = 2;
    static final int FLUSH_KICK = 3;
    static final int COMMIT_KICK = 4;
    static final int SHRINK_KICK = 5;
    /** User tasks that stand at a barrier, and the number of times it opened. */
    static final int PARKED = 6;

    static final int EPOCH = 7;
    static final int DIRTY_TOTAL = 8;
    /** Where the slab looks next, and the inode freed last + 1. */
    static final int SLAB_CURSOR = 9;

    static final int LAST_FREED = 10;
    static final int IO_END_CURSOR = 11;
    /** Inode of the root directory + 1, while mounted. */
    static final int ROOT = 12;

    private static final int GLOBAL_WORDS = 13;

    /** How many of each there are. */
    public record Sizes(int tasks, int inodes, int ioEnds, int dentries, int names) {}

    final Sizes sizes;
    final int tasks = GLOBAL_WORDS;
    final int inodes;
    final int ioEnds;
    final int dentries;
    final int names;

    /* Sets of inodes. */
    final int freeInodes;
    final int rcuInodes;
    final int lruInodes;
    final int dirtyInodes;
    final int writebackInodes;
    final int runningInodes;
    final int submitInodes;
    final int waitInodes;

    /* Sets of io_ends and dentries. */
    final int freeIoEnds;
    final int flightIoEnds;
    final int queuedIoEnds;
    final int releasedIoEnds;
    final int freeDentries;
    final int prunableDentries;
    final int fputDentries;

    final int words;

    /**
     * For who stores many states: where each part of the memory ends that changes by itself, from the single words over
     * each task, inode and io_end to dentries with names, and the sets.
     */
    public int[] partEnds() {
        int[] ends = new int[1 + sizes.tasks() + sizes.inodes() + sizes.ioEnds() + 2];
        int next = 0;
        ends[next++] = tasks;
        for (int i = 1; i <= sizes.tasks(); i++) {
            ends[next++] = tasks + i * TASK_WORDS;
        }
        for (int i = 1; i <= sizes.inodes(); i++) {
            ends[next++] = inodes + i * INODE_WORDS;
        }
        for (int i = 1; i <= sizes.ioEnds(); i++) {
            ends[next++] = ioEnds + i * IO_END_WORDS;
        }
        ends[next++] = freeInodes;
        ends[next] = words;
        return ends;
    }

    Layout(Sizes sizes) {
        this.sizes = sizes;
        inodes = tasks + sizes.tasks() * TASK_WORDS;
        ioEnds = inodes + sizes.inodes() * INODE_WORDS;
        dentries = ioEnds + sizes.ioEnds() * IO_END_WORDS;
        names = dentries + sizes.dentries() * DENTRY_WORDS;
        int set = SlotSet.words(sizes.inodes());
        freeInodes = names + sizes.names() * NAME_WORDS;
        rcuInodes = freeInodes + set;
        lruInodes = rcuInodes + set;
        dirtyInodes = lruInodes + set;
        writebackInodes = dirtyInodes + set;
        runningInodes = writebackInodes + set;
        submitInodes = runningInodes + set;
        waitInodes = submitInodes + set;
        freeIoEnds = waitInodes + set;
        set = SlotSet.words(sizes.ioEnds());
        flightIoEnds = freeIoEnds + set;
        queuedIoEnds = flightIoEnds + set;
        releasedIoEnds = queuedIoEnds + set;
        freeDentries = releasedIoEnds + set;
        set = SlotSet.words(sizes.dentries());
        prunableDentries = freeDentries + set;
        fputDentries = prunableDentries + set;
        words = fputDentries + set;
    }
}
