// SPDX-License-Identifier: Apache-2.0
#include "points.h"

#include <stddef.h>

/*
 * ext4_free_io_end is the name in 2.6.32 .. 3.10 and in the era A variants of the lab, where
 * ext4_release_io_end may exist beside it; 3.11 and later have only the latter (kernel
 * fs/ext4/page-io.c). ext4_put_io_end is no alias: it drops one of several references of an
 * io_end.
 */
const struct point points[POINTS] = {
	{IPUTRACE_OP_IGRAB, "igrab", {"igrab"}, .has_return = 1, .required = 1},
	{IPUTRACE_OP_IPUT, "iput", {"iput"}, .required = 1},
	{IPUTRACE_OP_IO_END_INIT,
	 "io_end_init",
	 {"ext4_init_io_end"},
	 .has_return = 1,
	 .in_ext4 = 1},
	{IPUTRACE_OP_IO_END_FREE,
	 "io_end_free",
	 {"ext4_free_io_end", "ext4_release_io_end"},
	 .in_ext4 = 1},
	{IPUTRACE_OP_BIRTH, "birth", {"inode_init_always_gfp", "inode_init_always"}},
	{IPUTRACE_OP_EVICT, "evict", {"evict"}},
	{IPUTRACE_OP_CLEAR, "clear", {"clear_inode", "end_writeback"}},
	{IPUTRACE_OP_DEATH, "death", {"destroy_inode"}},
	{IPUTRACE_OP_IHOLD, "ihold", {"ihold"}},
	{IPUTRACE_OP_IPUT_NOT_LAST, "iput_not_last", {"iput_not_last"}},
	{IPUTRACE_OP_UMOUNT, "umount", {"generic_shutdown_super"}},
};
