/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The maps as data: declared by the CO-RE program, numbered in the program that libbcc compiles,
 * made for the latter by the loader (native/compiled.c).
 */
#ifndef IPUTRACE_MAPS_H
#define IPUTRACE_MAPS_H

#include "config.h"
#include "iputrace.h"

struct cpu_stats {
	__u64 value[IPUTRACE_STAT_NR];
};

/* A call of igrab or ext4_init_io_end between entry and return. */
struct call {
	struct iputrace_event event; /* as of entry; seq not yet given */
	__u32 refused; /* the igrab inside ext4_init_io_end returned NULL */
	__u32 identified; /* it is of a watched inode, and the event says of which */
};

#define MAX_CALLS 16384

/*
 * RING(name, bytes) and TABLE(name, type, key, value, entries):
 *   events        the loader sets the size
 *   rare          a ring of their own for refusals and broken rules: no flood of ordinary events
 *                 can push one out
 *   stats         per CPU
 *   control       what may change while the programs run
 *   igrab_calls   by task_key()
 *   init_calls    by task_key()
 *   sent_io_ends  by struct ext4_io_end address: those that were sent, where not all are;
 *                 ext4_free_io_end has no other way to know its device
 *   noted_inodes  by struct inode address; level guard: inodes that had a refusal, a broken rule
 *                 or a window hit; their life is sent
 */
#define IPUTRACE_MAPS(RING, TABLE)                               \
	RING(events, 16 << 20)                                   \
	RING(rare, 4 << 20)                                      \
	TABLE(stats, PERCPU_ARRAY, __u32, struct cpu_stats, 1)   \
	TABLE(control, ARRAY, __u32, struct iputrace_control, 1) \
	TABLE(igrab_calls, HASH, __u32, struct call, MAX_CALLS)  \
	TABLE(init_calls, HASH, __u32, struct call, MAX_CALLS)   \
	TABLE(sent_io_ends, HASH, __u64, __u32, 65536)           \
	TABLE(noted_inodes, LRU_HASH, __u64, __u32, 8192)

#define IPUTRACE_RING_ID(name, bytes)		       IPUTRACE_MAP_##name,
#define IPUTRACE_TABLE_ID(name, type, key, value, max) IPUTRACE_MAP_##name,

enum iputrace_map {
	IPUTRACE_MAPS(IPUTRACE_RING_ID, IPUTRACE_TABLE_ID) IPUTRACE_MAP_config, /* read only */
	IPUTRACE_MAP_NR,
};

#endif
