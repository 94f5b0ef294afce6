package dev.iputrace.sim.kernel;

import static java.util.Map.entry;

import dev.iputrace.event.OpCode;
import java.util.Map;

/** Call sites of 6.12 and 6.18. */
final class NewStacks {
    private static final String KTHREAD = " kthread+0xd2/0x100 ret_from_fork+0x34/0x50 ret_from_fork_asm+0x1a/0x30";
    private static final String WORKER = " process_one_work+0x177/0x330 worker_thread+0x251/0x390" + KTHREAD;
    private static final String SYSCALL = " do_syscall_64+0x82/0x190 entry_SYSCALL_64_after_hwframe+0x76/0x7e";
    private static final String UNLINKAT = "do_unlinkat+0x26a/0x2f0 __x64_sys_unlink+0x23/0x30" + SYSCALL;
    private static final String CLOSE = "__fput+0x106/0x2a0 __x64_sys_close+0x3d/0x80" + SYSCALL;
    private static final String FLUSH = "writeback_sb_inodes+0x20d/0x4e0 __writeback_inodes_wb+0x4c/0xe0"
            + " wb_writeback+0x1f4/0x340 wb_workfn+0x355/0x480" + WORKER;
    private static final String COMMIT =
            "jbd2_journal_commit_transaction+0x4a2/0x19d0[jbd2] kjournald2+0xa9/0x280[jbd2]" + KTHREAD;
    private static final String SHRINK =
            "super_cache_scan+0x19d/0x1f0 do_shrink_slab+0x13a/0x360 shrink_slab+0x303/0x3f0"
                    + " shrink_one+0x12c/0x1f0 shrink_node+0x9c3/0xc60 balance_pgdat+0x530/0xa00 kswapd+0x1f0/0x3d0"
                    + KTHREAD;
    private static final String UMOUNT = "generic_shutdown_super+0x7a/0x170 kill_block_super+0x1a/0x50"
            + " ext4_kill_sb+0x22/0x40[ext4] deactivate_locked_super+0x33/0xb0 cleanup_mnt+0xba/0x150"
            + " task_work_run+0x59/0x90" + SYSCALL;
    private static final String DPUT = "__dentry_kill+0x6d/0x1a0 dput+0xeb/0x1b0 ";
    private static final String IRQ = "blk_update_request+0x121/0x460 scsi_end_request+0x27/0x190"
            + " scsi_io_completion+0x5b/0x690 blk_complete_reqs+0x41/0x60 handle_softirqs+0xd7/0x290"
            + " __irq_exit_rcu+0x98/0xc0 common_interrupt+0x85/0xa0";

    static final Map<Integer, String> ENTRIES = Map.ofEntries(
            entry(OpCode.IGRAB, "igrab+0x0/0x50"),
            entry(OpCode.IPUT, "iput+0x0/0x220"),
            entry(OpCode.IO_END_INIT, "ext4_init_io_end+0x0/0x90[ext4]"),
            entry(OpCode.IO_END_FREE, "ext4_release_io_end+0x0/0x100[ext4]"),
            entry(OpCode.BIRTH, "inode_init_always_gfp+0x0/0x220"),
            entry(OpCode.EVICT, "evict+0x0/0x2a0"),
            entry(OpCode.CLEAR, "clear_inode+0x0/0x70"),
            entry(OpCode.DEATH, "destroy_inode+0x0/0x80"),
            entry(OpCode.IHOLD, "ihold+0x0/0x30"),
            entry(OpCode.UMOUNT, "generic_shutdown_super+0x0/0x170"));

    static final Map<Integer, String> SITES = Map.ofEntries(
            entry(Pc.IO_END_PINNED, "ext4_init_io_end+0x2c/0x90[ext4]"),
            entry(Pc.IO_END_PUT_DONE, "ext4_free_io_end+0x17/0x40[ext4]"),
            entry(Pc.IO_END_PUT_AGAIN, "ext4_free_io_end+0x17/0x40[ext4]"),
            entry(
                    Pc.WRITEPAGES_MAP,
                    "ext4_do_writepages+0x3c5/0xf00[ext4] ext4_writepages+0xae/0x180[ext4]"
                            + " do_writepages+0xcf/0x270"),
            entry(
                    Pc.WRITEPAGES,
                    "ext4_put_io_end+0x6f/0xc0[ext4] ext4_do_writepages+0x55b/0xf00[ext4]"
                            + " ext4_writepages+0xae/0x180[ext4] do_writepages+0xcf/0x270"),
            entry(Pc.IPUT_EVICTED, "iput+0x141/0x220"),
            entry(Pc.IPUT_WRITTEN, "write_inode_now+0xa9/0xe0 iput+0x1a5/0x220"),
            entry(
                    Pc.EVICT_TRUNCATE,
                    "filemap_fdatawrite_wbc+0x73/0x90 __filemap_fdatawrite_range+0x6d/0xa0"
                            + " jbd2_journal_begin_ordered_truncate+0x84/0xb0[jbd2] ext4_evict_inode+0x1e2/0x680[ext4]"
                            + " evict+0x110/0x2a0"),
            entry(
                    Pc.CLEAR_INODE,
                    "ext4_clear_inode+0x26/0xa0[ext4] ext4_evict_inode+0xa7/0x680[ext4] evict+0x110/0x2a0"),
            entry(Pc.DESTROY_INODE, "evict+0x19d/0x2a0"),
            entry(Pc.WORK_FINISH_BIO, "ext4_end_io_rsv_work+0x13b/0x1f0[ext4]" + WORKER),
            entry(Pc.IPUT_WORK_FREED, "process_one_work+0x177/0x330 worker_thread+0x251/0x390" + KTHREAD),
            entry(Pc.IRQ_FINISH_BIO, "ext4_put_io_end_defer+0x8a/0x140[ext4] ext4_end_bio+0x9f/0x130[ext4] " + IRQ),
            entry(Pc.FLUSH_WRITTEN, "__writeback_single_inode+0x3c/0x2c0 " + FLUSH),
            entry(Pc.FLUSH_IDLE, FLUSH),
            entry(Pc.FLUSH_SWITCH, "inode_prepare_wbs_switch+0x57/0xb0 inode_switch_wbs+0xa8/0x190 " + FLUSH),
            entry(Pc.COMMIT_SUBMITTED, COMMIT),
            entry(
                    Pc.LOOKUP_ALLOC,
                    "alloc_inode+0x58/0xd0 new_inode+0x1a/0xe0 __ext4_new_inode+0xc5/0x1560[ext4]"
                            + " ext4_create+0x116/0x1e0[ext4] path_openat+0x1110/0x1320 do_filp_open+0xc4/0x170"
                            + SYSCALL),
            entry(Pc.UNLINK_INC, UNLINKAT),
            entry(Pc.UNLINK_DONE, UNLINKAT),
            entry(Pc.UNLINK_PUT_AGAIN, UNLINKAT),
            entry(Pc.UNLINK_UNLOCK, DPUT + UNLINKAT),
            entry(Pc.UNLINK_DPUT, "d_delete+0x5e/0xa0 vfs_unlink+0x17c/0x290 " + UNLINKAT),
            entry(Pc.RENAME_UNLOCK, DPUT + "do_renameat2+0x4c7/0x580 __x64_sys_rename+0x46/0x60" + SYSCALL),
            entry(Pc.CLOSE_DONE, DPUT + CLOSE),
            entry(
                    Pc.SYNC_PICK,
                    "sync_inodes_sb+0x1bf/0x2b0 iterate_supers+0x7e/0x100 ksys_sync+0x40/0xb0"
                            + " __do_sys_sync+0xa/0x20" + SYSCALL),
            entry(Pc.FPUT_IDLE, DPUT + "__fput+0x106/0x2a0 delayed_fput+0x1f/0x30" + WORKER),
            entry(Pc.SHRINK_IDLE, "dispose_list+0x44/0x80 prune_icache_sb+0x5a/0x80 " + SHRINK),
            entry(
                    Pc.SHRINK_INODE,
                    "__dentry_kill+0x6d/0x1a0 shrink_dentry_list+0x60/0xe0 prune_dcache_sb+0x55/0x80 " + SHRINK),
            entry(Pc.UMOUNT_SYNC, UMOUNT),
            entry(Pc.UMOUNT_DCACHE, "__dentry_kill+0x6d/0x1a0 shrink_dcache_for_umount+0x55/0x180 " + UMOUNT),
            entry(Pc.UMOUNT_INACTIVE, "__dentry_kill+0x6d/0x1a0 shrink_dcache_for_umount+0x55/0x180 " + UMOUNT),
            entry(Pc.UMOUNT_EVICT, "dispose_list+0x44/0x80 evict_inodes+0x1a4/0x1d0 " + UMOUNT));

    private NewStacks() {}
}
