/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A silent probe must never look like a healthy kernel: the agent checks that it sees what it
 * does.
 */
#ifndef IPUTRACE_SELFCHECK_H
#define IPUTRACE_SELFCHECK_H

#include "../bpf/iputrace.h"
#include "text.h"

struct ring;

/* What the file of the self-check was, as stat(2) told. */
struct self_check {
	char dir[256]; /* on a watched file system, empty if there is none */
	__u64 i_ino;
	__u32 s_dev;
	__u32 tid;
	int puts; /* iput events of it that were seen */
	int first_i_count;
	int last_i_count;
	int wrong; /* events of it that contradict stat */
	int dying; /* iputs with I_FREEING or I_CLEAR: before its evict there can be none */
	__u32 evict_state; /* i_state at its evict, 0 if that was not seen */
	__u32 death_state; /* at its destroy_inode */
};

/* A directory on a mounted, writable ext4 (device dev, or any if 0). 0 or -ENOENT. */
int self_check_find_dir(struct self_check *check, __u32 dev);

/* Makes, unlinks and drops a file there. 0, or -errno with a text in why. */
int self_check_act(struct self_check *check, struct text *why);

/*
 * Looks for the events without consuming them. 0 if all is as it must be, else text in why. What
 * its evict and death say of the bits of i_state is for state_bits_judge.
 */
int self_check_judge(struct self_check *check, struct ring *events, struct text *why);

#endif
