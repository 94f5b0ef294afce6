/* SPDX-License-Identifier: Apache-2.0 */
/* The reference in C: the least a checker does for each event. One slot an inode, one an io_end. */
#ifndef IPUTRACE_BENCH_CHECK_H
#define IPUTRACE_BENCH_CHECK_H

#include <linux/types.h>
#include <stddef.h>

#include "../../bpf/iputrace.h"

#define CHECK_CPUS_MAX 64

struct check_slot {
	__u64 key; /* address; 0 is free */
	__u64 i_ino;
	__u64 ts_ns;
	__u32 events;
	__u32 live;
};

struct check {
	struct check_slot *inodes;
	struct check_slot *io_ends;
	size_t mask;
	int shift;
	__u32 next_seq[CHECK_CPUS_MAX];
	unsigned long long events;
	unsigned long long lost;
	unsigned long long violations;
	unsigned long long reused; /* an address that became another inode */
};

/* Room for twice so many inodes, and as many io_ends. Returns 0 or -errno. */
int check_create(struct check *check, size_t inodes);

void check_event(struct check *check, const struct iputrace_event *event);

#endif
