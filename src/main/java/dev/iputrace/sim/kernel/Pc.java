package dev.iputrace.sim.kernel;

/**
 * Program counters: where a task can be interrupted. 16 to a routine, so that the routine is {@code pc >> 4}; each
 * stands for the kernel code up to the next lock, atomic or queue. All fit in a byte.
 */
public final class Pc {
    /* The task itself. */
    public static final int USER = 0x00;
    public static final int EXITED = 0x01;

    public static final int IGRAB = 0x10;
    public static final int IGRAB_LOCK = 0x11;

    public static final int IPUT = 0x20;
    public static final int IPUT_DEC = 0x22;
    public static final int IPUT_PUT_BACK = 0x23;
    public static final int IPUT_MARK_DIRTY = 0x24;
    public static final int IPUT_FINAL = 0x25;
    public static final int IPUT_WRITTEN = 0x26;
    public static final int IPUT_EVICTED = 0x27;

    public static final int EVICT = 0x30;
    public static final int EVICT_SYNC_WAIT = 0x31;
    public static final int EVICT_TRUNCATE = 0x33;
    public static final int EVICT_PAGES_WAIT = 0x34;
    public static final int EVICT_DELETE = 0x32;
    public static final int CLEAR_INODE = 0x35;
    public static final int CLEAR_SET = 0x36;
    public static final int JINODE_RELEASE = 0x37;
    public static final int DESTROY_INODE = 0x38;
    public static final int IOEND_WAIT = 0x39;

    public static final int WRITEPAGES = 0x40;
    public static final int WRITEPAGES_MAP = 0x41;
    public static final int WRITEPAGES_SUBMIT = 0x42;
    public static final int WRITEPAGES_PUT = 0x43;
    public static final int WRITEPAGES_PLAIN = 0x44;

    public static final int IO_END_INIT = 0x50;
    public static final int IO_END_PINNED = 0x51;
    public static final int IO_END_FREE = 0x53;
    public static final int IO_END_PUT_DONE = 0x54;
    public static final int IO_END_FREE_AGAIN = 0x55;
    public static final int IO_END_PUT_AGAIN = 0x56;

    public static final int IRQ_IDLE = 0x60;
    public static final int IRQ_END_WRITEBACK = 0x62;
    public static final int IRQ_QUEUE_AFTER = 0x63;
    public static final int IRQ_PUT_IO_END = 0x64;
    public static final int IRQ_FINISH_BIO = 0x65;
    public static final int IRQ_DIO = 0x66;
    public static final int IRQ_AIO_COMPLETE = 0x67;
    public static final int IRQ_DONE = 0x68;

    public static final int WORK_IDLE = 0x70;
    public static final int WORK_MUTEX = 0x71;
    public static final int WORK_CONVERT = 0x72;
    public static final int WORK_UNLOCK = 0x73;
    public static final int WORK_UNLOCK_FIRST = 0x74;
    public static final int WORK_FINISH_BIO = 0x75;
    public static final int WORK_FREED = 0x76;
    public static final int IPUT_WORK_IDLE = 0x77;
    public static final int IPUT_WORK_FREED = 0x78;

    public static final int FLUSH_IDLE = 0x80;
    public static final int FLUSH_WRITTEN = 0x81;
    public static final int FLUSH_SWITCH = 0x82;

    public static final int COMMIT_IDLE = 0x90;
    public static final int COMMIT_SUBMIT = 0x91;
    public static final int COMMIT_SUBMITTED = 0x92;
    public static final int COMMIT_LOG = 0x93;
    public static final int COMMIT_WAIT = 0x94;
    public static final int COMMIT_PAGES_WAIT = 0x95;

    public static final int LOOKUP = 0xa0;
    public static final int LOOKUP_IGET = 0xa1;
    public static final int LOOKUP_ALLOC = 0xa2;
    public static final int LOOKUP_INSERT = 0xa3;
    public static final int CREAT = 0xa5;
    public static final int CREAT_FOUND = 0xa6;

    public static final int UNLINK = 0xb0;
    public static final int UNLINK_FOUND = 0xb1;
    public static final int UNLINK_INC = 0xb2;
    public static final int UNLINK_NLINK = 0xb3;
    public static final int UNLINK_DPUT = 0xb5;
    public static final int UNLINK_UNLOCK = 0xb6;
    public static final int UNLINK_DONE = 0xb7;
    public static final int UNLINK_PUT_AGAIN = 0xb8;

    public static final int RENAME = 0xc0;
    public static final int RENAME_SOURCE = 0xc1;
    public static final int RENAME_TARGET = 0xc2;
    public static final int RENAME_NLINK = 0xc3;
    public static final int RENAME_D_MOVE = 0xc4;
    public static final int RENAME_DPUT = 0xc5;
    public static final int RENAME_UNLOCK = 0xc6;

    public static final int WRITE = 0xd0;
    public static final int READ = 0xd1;
    public static final int CLOSE = 0xd2;
    public static final int CLOSE_DONE = 0xd3;
    public static final int AIO_SUBMIT = 0xd4;
    public static final int AIO_QUEUED = 0xd5;
    public static final int AIO_BATCH_FREE = 0xd6;
    public static final int SYNC = 0xd7;
    public static final int SYNC_PICK = 0xd8;
    public static final int SYNC_WAIT = 0xd9;
    public static final int SYNC_FLUSHED = 0xda;
    public static final int FPUT_IDLE = 0xdb;
    public static final int TIMER = 0xdc;

    public static final int SHRINK_IDLE = 0xe0;
    public static final int SHRINK_INODE = 0xe1;
    public static final int RCU_IDLE = 0xe2;
    public static final int UMOUNT_WAIT = 0xe3;
    public static final int UMOUNT_SYNC = 0xe4;
    public static final int UMOUNT_DCACHE = 0xe5;
    public static final int UMOUNT_INACTIVE = 0xe6;
    public static final int UMOUNT_EVICT = 0xe7;
    public static final int UMOUNT_BUSY = 0xe8;

    private Pc() {}
}
