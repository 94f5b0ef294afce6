/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of io_ends, as IoEnds.java keeps it: one free for each init (R8), one put for each
 * igrab that was not refused (R4). */
#ifndef IPUTRACE_BENCH_IO_ENDS_H
#define IPUTRACE_BENCH_IO_ENDS_H

#include "inodes.h"

#define FREES 256

struct io_end {
	__u64 io_end; /* address; 0 is free */
	__u64 inode;
	__u64 ts_ns; /* of the init while live, of the free after it */
	__u32 live : 1, unpinned : 1, overlap : 1;
	__u32 generation;
};

/* The io_end freed last by a task: the iput that follows belongs to it. */
struct freed {
	__u64 tid, io_end, inode;
	__u64 unpinned_since_ns;
};

struct io_ends {
	struct io_end *slots;
	size_t mask;
	int shift;
	struct freed frees[FREES];
	unsigned long long freed_twice; /* R8 */
	unsigned long long put_unpinned; /* R4, by a put that looks innocent by itself */
	unsigned long long unseen_inits, unseen_frees, window_entered;
};

/* Returns 0 or -errno. */
int io_ends_create(struct io_ends *io_ends, size_t count);

void io_end_init(struct io_ends *io_ends, struct inodes *inodes,
		 const struct iputrace_event *event);

/* Returns the inode that it was initialised with, 0 when not known. */
__u64 io_end_free(struct io_ends *io_ends, struct inodes *inodes,
		  const struct iputrace_event *event);

/* innocent: the event breaks no rule by itself. */
void io_end_put(struct io_ends *io_ends, const struct iputrace_event *event, bool innocent);

#endif
