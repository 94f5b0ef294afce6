/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the loader tells the programs: read-only data, set before load, so branches on it cost
 * nothing.
 */
#ifndef IPUTRACE_CONFIG_H
#define IPUTRACE_CONFIG_H

#include <linux/types.h>

#define IPUTRACE_CONFIG_SECTION ".rodata.config"

struct iputrace_range {
	__u64 start; /* address of a kernel function, 0 if unknown */
	__u64 end; /* first address behind it */
};

struct iputrace_config {
	__u64 s_magic; /* only super blocks of this kind, 0 = all */
	__u32 s_dev; /* only this device, 0 = all */
	__u32 i_will_free; /* bits of i_state on this kernel */
	__u32 i_freeing;
	__u32 i_clear;
	__u8 full; /* send every event, not only the guard set */
	__u8 callers; /* find the caller in fentry programs too */
	__u8 pins; /* ext4 may have an ext4_free_io_end that calls iput: mark these puts */
	__u8 reserved;
	__u32 reserved2;
	struct iputrace_range iput;
	struct iputrace_range igrab;
};

/* The one element of the map `control`, which may change while the programs run. */
struct iputrace_control {
	__u32 watched_tid; /* every event of this thread is sent: the self-check */
	__u32 noted; /* set by the programs: noted_inodes is not empty any more */
	struct iputrace_range init; /* ext4_init_io_end; here since ext4 may be loaded later */
	struct iputrace_range free; /* ext4_free_io_end or its alias */
};

#endif
