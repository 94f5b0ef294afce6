package dev.iputrace.sim.kernel;

import static java.util.Map.entry;

import dev.iputrace.event.OpCode;
import java.util.Map;

/** Call sites of 2.6.32 and 2.6.37. */
final class OldStacks {
    private static final String KTHREAD = " kthread+0x96/0xa0 child_rip+0xa/0x20 ?kthread+0x0/0xa0 ?child_rip+0x0/0x20";
    private static final String WORKER =
            " worker_thread+0x170/0x2a0 ?autoremove_wake_function+0x0/0x40" + " ?worker_thread+0x0/0x2a0" + KTHREAD;
    private static final String SYSCALL = " system_call_fastpath+0x16/0x1b";
    private static final String UNLINKAT = "do_unlinkat+0x18b/0x1d0 sys_unlink+0x16/0x20" + SYSCALL;
    private static final String RENAME = " sys_renameat+0x23a/0x290 sys_rename+0x1b/0x20" + SYSCALL;
    private static final String CLOSE =
            "__fput+0x1a5/0x210 fput+0x25/0x30 filp_close+0x5d/0x90 sys_close+0xa5/0x100" + SYSCALL;
    private static final String SUBMIT = "do_io_submit+0x2d3/0x880 sys_io_submit+0x10/0x20" + SYSCALL;
    private static final String FLUSH = "writeback_sb_inodes+0xc2/0x180 writeback_inodes_wb+0xab/0x1b0"
            + " wb_writeback+0x29b/0x3f0 wb_do_writeback+0x1a9/0x250 bdi_writeback_task+0x63/0x1b0"
            + " bdi_start_fn+0x86/0x100" + KTHREAD;
    private static final String COMMIT =
            "jbd2_journal_commit_transaction+0x3ac/0x1500[jbd2] kjournald2+0xb8/0x220[jbd2]" + KTHREAD;
    private static final String SHRINK =
            "shrink_slab+0x129/0x190 balance_pgdat+0x59a/0x820 kswapd+0x134/0x3c0" + KTHREAD;
    private static final String UMOUNT = "generic_shutdown_super+0x5b/0xe0 kill_block_super+0x31/0x50"
            + " deactivate_super+0x57/0x80 mntput_no_expire+0xbf/0x110 sys_umount+0x7b/0x3a0" + SYSCALL;
    private static final String WRITEPAGE = "ext4_set_bh_endio+0x2b/0x90[ext4] ext4_writepage+0x1d1/0x3a0[ext4]"
            + " __writepage+0x17/0x40 write_cache_pages+0x1c9/0x4a0 generic_writepages+0x24/0x30";
    private static final String IRQ =
            "scsi_io_completion+0x2e7/0x6a0 blk_done_softirq+0x85/0xa0 __do_softirq+0xc1/0x1e0"
                    + " call_softirq+0x1c/0x30 do_softirq+0x65/0xa0 irq_exit+0x85/0x90";

    static final Map<Integer, String> ENTRIES = Map.ofEntries(
            entry(OpCode.IGRAB, "igrab+0x0/0x70"),
            entry(OpCode.IPUT, "iput+0x0/0x70"),
            entry(OpCode.IO_END_INIT, "ext4_init_io_end+0x0/0x60[ext4]"),
            entry(OpCode.IO_END_FREE, "ext4_free_io_end+0x0/0x40[ext4]"),
            entry(OpCode.BIRTH, "inode_init_always+0x0/0x1e0"),
            entry(OpCode.EVICT, "ext4_delete_inode+0x0/0x2d0[ext4]"),
            entry(OpCode.CLEAR, "clear_inode+0x0/0xf0"),
            entry(OpCode.DEATH, "destroy_inode+0x0/0x60"),
            entry(OpCode.IHOLD, "ihold+0x0/0x20"),
            entry(OpCode.UMOUNT, "generic_shutdown_super+0x0/0xe0"));

    static final Map<Integer, String> SITES = Map.ofEntries(
            entry(Pc.IO_END_PINNED, "ext4_init_io_end+0x35/0x60[ext4]"),
            entry(Pc.IO_END_PUT_DONE, "ext4_free_io_end+0x2d/0x40[ext4]"),
            entry(Pc.IO_END_PUT_AGAIN, "ext4_free_io_end+0x2d/0x40[ext4]"),
            entry(Pc.WRITEPAGES_SUBMIT, WRITEPAGE),
            entry(Pc.IPUT_EVICTED, "generic_drop_inode+0x69/0x80 iput+0x62/0x70"),
            entry(Pc.IPUT_WRITTEN, "write_inode_now+0x91/0xe0 generic_forget_inode+0x97/0x150 iput+0x62/0x70"),
            entry(
                    Pc.EVICT_TRUNCATE,
                    "do_writepages+0x21/0x40 __filemap_fdatawrite_range+0x5b/0x60"
                            + " jbd2_journal_begin_ordered_truncate+0x8a/0xb0[jbd2]"
                            + " ext4_delete_inode+0x1f2/0x2d0[ext4]"),
            entry(Pc.CLEAR_INODE, "ext4_delete_inode+0x13d/0x2d0[ext4]"),
            entry(Pc.DESTROY_INODE, "generic_delete_inode+0xfb/0x190"),
            entry(
                    Pc.WORK_UNLOCK,
                    "ext4_end_aio_dio_work+0xac/0xf0[ext4] ?ext4_end_aio_dio_work+0x0/0xf0[ext4]" + WORKER),
            entry(Pc.WORK_FREED, "ext4_end_io_work+0x7c/0xc0[ext4]" + WORKER),
            entry(
                    Pc.IRQ_FINISH_BIO,
                    "ext4_end_io_buffer_write+0x9c/0x120[ext4] end_bio_bh_io_sync+0x34/0x60" + " bio_endio+0x1d/0x40 "
                            + IRQ),
            entry(Pc.IRQ_DONE, "ext4_end_bio+0x1d0/0x250[ext4] bio_endio+0x1d/0x40 " + IRQ),
            entry(
                    Pc.IRQ_AIO_COMPLETE,
                    "ext4_end_io_dio+0x8e/0xe0[ext4] dio_complete+0xbf/0xe0"
                            + " dio_bio_end_aio+0x98/0xc0 bio_endio+0x1d/0x40 " + IRQ),
            entry(Pc.FLUSH_WRITTEN, "do_writepages+0x21/0x40 writeback_single_inode+0xdd/0x2c0 " + FLUSH),
            entry(Pc.FLUSH_IDLE, FLUSH),
            entry(Pc.FLUSH_SWITCH, FLUSH),
            entry(Pc.COMMIT_SUBMITTED, COMMIT),
            entry(
                    Pc.LOOKUP_ALLOC,
                    "alloc_inode+0x65/0x90 new_inode+0x1f/0xd0 ext4_new_inode+0x76/0x11c0[ext4]"
                            + " ext4_create+0xbb/0x150[ext4] vfs_create+0xb4/0xe0 do_filp_open+0xb9e/0xdc0" + SYSCALL),
            entry(Pc.UNLINK_INC, UNLINKAT),
            entry(Pc.UNLINK_DONE, UNLINKAT),
            entry(Pc.UNLINK_PUT_AGAIN, UNLINKAT),
            entry(Pc.UNLINK_UNLOCK, "dput+0x92/0x120 " + UNLINKAT),
            entry(Pc.UNLINK_DPUT, "dentry_iput+0x74/0xd0 d_delete+0x8b/0x100 vfs_unlink+0xc3/0xf0 " + UNLINKAT),
            entry(Pc.RENAME_UNLOCK, "dentry_iput+0x74/0xd0 dput+0xd4/0x120" + RENAME),
            entry(Pc.CLOSE_DONE, "dentry_iput+0x74/0xd0 d_kill+0x31/0x60 dput+0x7c/0x120 " + CLOSE),
            entry(
                    Pc.AIO_QUEUED,
                    "ext4_ext_direct_IO+0x18a/0x260[ext4] ext4_direct_IO+0x5c/0x190[ext4]"
                            + " generic_file_direct_write+0xc2/0x190 __generic_file_aio_write+0x345/0x480"
                            + " generic_file_aio_write+0x6f/0xe0 ext4_file_write+0x61/0x1e0[ext4]"
                            + " aio_rw_vect_retry+0x84/0x1f0"
                            + " aio_run_iocb+0x64/0x170 " + SUBMIT),
            entry(Pc.AIO_BATCH_FREE, SUBMIT),
            entry(
                    Pc.SYNC_PICK,
                    "sync_inodes_sb+0x192/0x1d0 __sync_filesystem+0x82/0x90 sync_filesystems+0xf8/0x130"
                            + " sys_sync+0x17/0x40" + SYSCALL),
            entry(
                    Pc.FPUT_IDLE,
                    "dentry_iput+0x74/0xd0 d_kill+0x31/0x60 dput+0x7c/0x120 __fput+0x1a5/0x210"
                            + " aio_fput_routine+0xa1/0x170" + WORKER),
            entry(Pc.SHRINK_IDLE, "dispose_list+0x40/0x120 shrink_icache_memory+0x274/0x2e0 " + SHRINK),
            entry(
                    Pc.SHRINK_INODE,
                    "dentry_iput+0x74/0xd0 d_kill+0x31/0x60 __shrink_dcache_sb+0x1c9/0x2e0"
                            + " shrink_dcache_memory+0x17b/0x190 " + SHRINK),
            entry(Pc.UMOUNT_SYNC, UMOUNT),
            entry(
                    Pc.UMOUNT_DCACHE,
                    "shrink_dcache_for_umount_subtree+0x2a2/0x350 shrink_dcache_for_umount+0x4a/0x60 " + UMOUNT),
            entry(
                    Pc.UMOUNT_INACTIVE,
                    "shrink_dcache_for_umount_subtree+0x2a2/0x350 shrink_dcache_for_umount+0x4a/0x60 " + UMOUNT),
            entry(Pc.UMOUNT_EVICT, "dispose_list+0x40/0x120 invalidate_inodes+0xe0/0x170 " + UMOUNT));

    /** Where 2.6.37 differs. */
    static final Map<Integer, String> F7AD6D2E_SITES = Map.of(
            Pc.WRITEPAGES_SUBMIT,
            "io_submit_init+0x32/0xb0[ext4] ext4_bio_write_page+0x24a/0x450[ext4]"
                    + " mpage_da_submit_io+0x37e/0x4a0[ext4] ext4_da_writepages+0x3a4/0x640[ext4]",
            Pc.EVICT_TRUNCATE,
            "do_writepages+0x21/0x40 __filemap_fdatawrite_range+0x5b/0x60"
                    + " jbd2_journal_begin_ordered_truncate+0x8a/0xb0[jbd2] ext4_evict_inode+0x1f2/0x2d0[ext4]"
                    + " evict+0x24/0xa0",
            Pc.CLEAR_INODE,
            "ext4_clear_inode+0x1c/0xa0[ext4] ext4_evict_inode+0x13d/0x2d0[ext4] evict+0x24/0xa0",
            Pc.DESTROY_INODE,
            "evict+0x7b/0xa0",
            Pc.IPUT_EVICTED,
            "iput+0x1ca/0x260",
            Pc.IPUT_WRITTEN,
            "write_inode_now+0x91/0xe0 iput+0x17f/0x260");

    private OldStacks() {}
}
