package dev.iputrace.sim.kernel;

import java.util.Arrays;

/** What a step of the fake kernel does, by the {@link Pc} it begins at: few letters, the kernel's words. */
final class StepNames {
    private static final String[] NAMES = new String[256];

    static {
        Arrays.fill(NAMES, "");
        tasks();
        inodes();
        io();
        calls();
    }

    private StepNames() {}

    static String of(int pc) {
        return NAMES[pc];
    }

    private static void name(int pc, String name) {
        NAMES[pc] = name;
    }

    private static void tasks() {
        name(Pc.USER, "go on");
        name(Pc.FLUSH_IDLE, "pick inode");
        name(Pc.FLUSH_WRITTEN, "clear I_SYNC");
        name(Pc.FLUSH_SWITCH, "ihold inc");
        name(Pc.COMMIT_IDLE, "commit");
        name(Pc.COMMIT_SUBMIT, "next inode");
        name(Pc.COMMIT_SUBMITTED, "submitted");
        name(Pc.COMMIT_LOG, "write log");
        name(Pc.COMMIT_WAIT, "next wait");
        name(Pc.COMMIT_PAGES_WAIT, "data on disk");
        name(Pc.SHRINK_IDLE, "prune dentry");
        name(Pc.SHRINK_INODE, "prune inode");
        name(Pc.RCU_IDLE, "grace ends");
        name(Pc.UMOUNT_WAIT, "umount");
        name(Pc.UMOUNT_SYNC, "sync_fs");
        name(Pc.UMOUNT_DCACHE, "prune dcache");
        name(Pc.UMOUNT_INACTIVE, "~MS_ACTIVE");
        name(Pc.UMOUNT_EVICT, "evict_inodes");
        name(Pc.UMOUNT_BUSY, "busy inodes?");
    }

    private static void inodes() {
        name(Pc.IGRAB, "igrab");
        name(Pc.IGRAB_LOCK, "igrab lock");
        name(Pc.IPUT, "iput");
        name(Pc.IPUT_DEC, "iput dec");
        name(Pc.IPUT_PUT_BACK, "iput inc back");
        name(Pc.IPUT_MARK_DIRTY, "mark dirty");
        name(Pc.IPUT_FINAL, "iput_final");
        name(Pc.IPUT_WRITTEN, "I_FREEING");
        name(Pc.EVICT, "evict");
        name(Pc.EVICT_SYNC_WAIT, "no I_SYNC");
        name(Pc.EVICT_TRUNCATE, "truncate");
        name(Pc.EVICT_PAGES_WAIT, "no writeback");
        name(Pc.EVICT_DELETE, "free blocks");
        name(Pc.CLEAR_INODE, "clear_inode");
        name(Pc.CLEAR_SET, "set I_CLEAR");
        name(Pc.JINODE_RELEASE, "rel. jinode");
        name(Pc.DESTROY_INODE, "destroy");
        name(Pc.IOEND_WAIT, "ioend_wait");
    }

    private static void io() {
        name(Pc.WRITEPAGES, "writepages");
        name(Pc.WRITEPAGES_MAP, "map extent");
        name(Pc.WRITEPAGES_SUBMIT, "submit_bio");
        name(Pc.WRITEPAGES_PUT, "put io_end");
        name(Pc.WRITEPAGES_PLAIN, "submit_bio");
        name(Pc.IO_END_INIT, "init_io_end");
        name(Pc.IO_END_PINNED, "init returns");
        name(Pc.IO_END_FREE, "free_io_end");
        name(Pc.IO_END_PUT_DONE, "kfree io_end");
        name(Pc.IO_END_FREE_AGAIN, "free again");
        name(Pc.IO_END_PUT_AGAIN, "kfree again");
        name(Pc.IRQ_IDLE, "bio done");
        name(Pc.IRQ_END_WRITEBACK, "end page wb");
        name(Pc.IRQ_QUEUE_AFTER, "queue work");
        name(Pc.IRQ_PUT_IO_END, "put io_end");
        name(Pc.IRQ_FINISH_BIO, "end page wb");
        name(Pc.IRQ_DIO, "end_io_dio");
        name(Pc.IRQ_AIO_COMPLETE, "aio_complete");
        name(Pc.IRQ_DONE, "irq done");
        name(Pc.WORK_IDLE, "take io_end");
        name(Pc.WORK_MUTEX, "i_mutex");
        name(Pc.WORK_CONVERT, "convert");
        name(Pc.WORK_UNLOCK, "unlock");
        name(Pc.WORK_UNLOCK_FIRST, "unlock");
        name(Pc.WORK_FINISH_BIO, "end page wb");
        name(Pc.WORK_FREED, "work done");
        name(Pc.IPUT_WORK_IDLE, "take io_end");
        name(Pc.IPUT_WORK_FREED, "work done");
    }

    private static void calls() {
        name(Pc.LOOKUP, "lookup");
        name(Pc.LOOKUP_IGET, "__iget");
        name(Pc.LOOKUP_ALLOC, "new_inode");
        name(Pc.LOOKUP_INSERT, "d_instantiate");
        name(Pc.CREAT, "creat");
        name(Pc.CREAT_FOUND, "creat opens");
        name(Pc.UNLINK, "unlink");
        name(Pc.UNLINK_FOUND, "ihold");
        name(Pc.UNLINK_INC, "i_count inc");
        name(Pc.UNLINK_NLINK, "drop_nlink");
        name(Pc.UNLINK_DPUT, "dput");
        name(Pc.UNLINK_UNLOCK, "unlock dir");
        name(Pc.UNLINK_DONE, "unlink ends");
        name(Pc.UNLINK_PUT_AGAIN, "unlink ends");
        name(Pc.RENAME, "rename");
        name(Pc.RENAME_SOURCE, "source found");
        name(Pc.RENAME_TARGET, "target found");
        name(Pc.RENAME_NLINK, "drop_nlink");
        name(Pc.RENAME_D_MOVE, "d_move");
        name(Pc.RENAME_DPUT, "dput");
        name(Pc.RENAME_UNLOCK, "unlock dir");
        name(Pc.WRITE, "write");
        name(Pc.READ, "read");
        name(Pc.CLOSE, "close");
        name(Pc.CLOSE_DONE, "close ends");
        name(Pc.AIO_SUBMIT, "io_submit");
        name(Pc.AIO_QUEUED, "aio queued");
        name(Pc.AIO_BATCH_FREE, "batch free");
        name(Pc.SYNC, "sync");
        name(Pc.SYNC_FLUSHED, "flushed");
        name(Pc.SYNC_PICK, "wait_sb_inodes");
        name(Pc.SYNC_WAIT, "no writeback");
        name(Pc.FPUT_IDLE, "last fput");
        name(Pc.TIMER, "timers fire");
    }
}
