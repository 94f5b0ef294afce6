/* SPDX-License-Identifier: Apache-2.0 */
/* A legal history of many inodes, to be repeated for ever: it ends in the state it began in. */
#ifndef IPUTRACE_BENCH_HISTORY_H
#define IPUTRACE_BENCH_HISTORY_H

#include <linux/types.h>
#include <stddef.h>

#include "../../bpf/iputrace.h"

struct history {
	struct iputrace_event *cells; /* ts_ns, cpu and seq are for the producer to fill in */
	size_t count;
};

/*
 * About 16 events an inode, skewed: some see hundreds. bad of them, spread evenly, are an iput
 * on an inode that is I_FREEING (rule R2). Returns 0 or -errno.
 */
int history_make(struct history *history, size_t inodes, size_t bad);

void history_free(struct history *history);

#endif
