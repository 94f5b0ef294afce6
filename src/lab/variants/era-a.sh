#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# era-a: puts the bug of ext4's first io_end back into a newer fs/ext4.   usage: era-a.sh FS_EXT4_DIR
#
# In era A (2.6.32 to 2.6.36) ext4_init_io_end() called igrab() and ignored that igrab() refuses an inode which is
# I_FREEING; when the I/O had ended, ext4_free_io_end() called iput() all the same, from a workqueue. Later kernels
# take no reference at all. The edits give every io_end that reference again, ignored result and late iput included.
# The module parameter ioend_iput_delay_ms holds back a put on an inode that is dying already: with some 500 ms it comes
# after clear_inode(), and the kernel's own BUG_ON(I_CLEAR) in iput() fires. (Puts on living inodes are not held back:
# they would keep those alive beyond their writer, and the dangerous window would hardly ever be entered.)
# For throwaway file systems only: this really corrupts inodes.
set -euo pipefail

dir=$1

# edit FILE SED_SCRIPT LINE: applies the script; LINE must then be there exactly once, and must not have been before.
edit() {
	local file=$dir/$1 script=$2 line=$3
	if grep -qF -- "$line" "$file"; then
		echo "era-a: already edited: file=$file, line=$line" >&2
		exit 1
	fi
	sed -i -e "$script" "$file"
	if [[ $(grep -cF -- "$line" "$file") != 1 ]]; then
		echo "era-a: this kernel's source does not fit the edit: file=$file, line=$line" >&2
		exit 1
	fi
}

# At the end of struct ext4_io_end, so that the fields before it stay where they are.
edit ext4.h '/^} ext4_io_end_t;/i\
	struct delayed_work	era_a_put;' 'era_a_put;'
edit ext4.h '/^extern .*ext4_last_io_end_vec(/a\
extern void ext4_era_a_flush(void);' 'ext4_era_a_flush(void);'

# A queue of its own, because evict() in a put may wait for conversions that are queued on rsv_conversion_wq; and of
# high priority, so that without the parameter a put comes before clear_inode() however busy the processors are.
edit page-io.c '/^static struct kmem_cache \*io_end_vec_cachep;/a\
static struct workqueue_struct *era_a_wq;\
static unsigned int ioend_iput_delay_ms;\
module_param(ioend_iput_delay_ms, uint, 0644);\
\
static noinline void ext4_free_io_end(ext4_io_end_t *io_end)\
{\
	BUG_ON(!io_end);\
	iput(io_end->inode);\
	kmem_cache_free(io_end_cachep, io_end);\
}\
\
static void era_a_put_work(struct work_struct *work)\
{\
	ext4_free_io_end(container_of(to_delayed_work(work), ext4_io_end_t, era_a_put));\
}\
\
void ext4_era_a_flush(void)\
{\
	flush_workqueue(era_a_wq);\
}' 'iput(io_end->inode);'

edit page-io.c '/^int __init ext4_init_pageio/,/^}/s/^	return 0;/\
	era_a_wq = alloc_workqueue("ext4-era-a", WQ_UNBOUND | WQ_HIGHPRI, 0);\
	if (era_a_wq == NULL) {\
		kmem_cache_destroy(io_end_vec_cachep);\
		kmem_cache_destroy(io_end_cachep);\
		return -ENOMEM;\
	}\
	return 0;/' 'alloc_workqueue("ext4-era-a"'

edit page-io.c '/^void ext4_exit_pageio/,/^}/s/^{/{\
	destroy_workqueue(era_a_wq);/' 'destroy_workqueue(era_a_wq);'

edit page-io.c '/^static void ext4_release_io_end/,/^}/s/^	kmem_cache_free(io_end_cachep, io_end);/\
	queue_delayed_work(era_a_wq, \&io_end->era_a_put,\
			   READ_ONCE(io_end->inode->i_state) \& I_FREEING ?\
			   msecs_to_jiffies(ioend_iput_delay_ms) : 0);/' 'queue_delayed_work(era_a_wq'

edit page-io.c '/^ext4_io_end_t \*ext4_init_io_end/,/^}/s/^		io_end->inode = inode;/&\
		igrab(inode);\
		INIT_DELAYED_WORK(\&io_end->era_a_put, era_a_put_work);/' 'igrab(inode);'

# sync(2) and umount must not overtake the puts.
edit super.c '/^static int ext4_sync_fs/,/^}/s/^	flush_workqueue(sbi->rsv_conversion_wq);/&\
	ext4_era_a_flush();/' 'ext4_era_a_flush();'
