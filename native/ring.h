/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a BPF ring in place (protocol: kernel/bpf/ringbuf.c, 6.1). One reader only. */
#ifndef IPUTRACE_RING_H
#define IPUTRACE_RING_H

#include <linux/types.h>
#include <stddef.h>

struct ring {
	__u64 *consumer; /* position page, ours to write */
	const __u64 *producer; /* position page, the kernel's */
	const char *data; /* mapped twice in a row: no record wraps */
	size_t size;
	size_t page;
};

/* Called with each record; 0 goes on, anything else stops before this record is consumed. */
typedef int (*ring_record_fn)(void *context, const void *record, __u32 length);

/* 0 or -errno. */
int ring_map(struct ring *ring, int fd, size_t size);
void ring_unmap(struct ring *ring);

/*
 * Follows a ring beside its reader, without consuming: copies the record at *position, and moves
 * on. Returns its length, 0 when there is none now, or -ENODATA when the reader and the kernel were
 * a whole ring faster: then *position goes to where the reader is, and what lay between is missed.
 */
long ring_follow(const struct ring *ring, __u64 *position, void *copy, size_t size);

/* Passes what is there; consumes it unless peek. The number of records. */
long ring_read(struct ring *ring, int peek, ring_record_fn record, void *context);

#endif
