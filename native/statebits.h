/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bits of i_state are macros before 6.18, so they are assumed from the layout, and then held
 * against what the kernel really sets: I_FREEING at evict, I_FREEING | I_CLEAR at destroy_inode.
 */
#ifndef IPUTRACE_STATEBITS_H
#define IPUTRACE_STATEBITS_H

#include "../bpf/config.h"
#include "selfcheck.h"
#include "text.h"

struct state_bits {
	int verified; /* an eviction and a death agreed with them */
	__u64 wrong; /* evictions and deaths that contradicted them */
	__u32 evict_state; /* i_state of the self-check's inode at evict, 0 if not seen */
	__u32 death_state; /* and at destroy_inode */
};

/* What the self-check's own inode says. */
void state_bits_judge(struct state_bits *bits, const struct iputrace_config *config,
		      const struct self_check *check);

/* What the programs counted since. 1 if that is the first contradiction. */
int state_bits_count(struct state_bits *bits, __u64 wrong);

/* Appends state_bits=, and where they are contradicted what takes the rules that use them away. */
void state_bits_provenance(const struct state_bits *bits, const struct iputrace_config *config,
			   struct text *out);

#endif
