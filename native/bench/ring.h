/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A BPF ring buffer in user space: memory layout and protocol of kernel/bpf/ringbuf.c (6.1), in a
 * memfd that another process can map. Where the kernel wakes sleepers, a byte goes into a pipe.
 */
#ifndef IPUTRACE_BENCH_RING_H
#define IPUTRACE_BENCH_RING_H

#include <linux/types.h>
#include <stdbool.h>

#define RING_BUSY	 (1u << 31)
#define RING_DISCARD	 (1u << 30)
#define RING_HEADER_SIZE 8

struct ring_header {
	__u32 len;
	__u32 pg_off;
};

struct ring {
	unsigned long *consumer_pos;
	unsigned long *producer_pos;
	char *data; /* twice */
	unsigned long mask;
	int lock;
	int memfd;
	int wake_read;
	int wake_write;
	bool no_wakeup; /* BPF_RB_NO_WAKEUP on every commit */
	unsigned long long wakeups;
};

/* size: a power of two and a multiple of the page size. Returns 0 or -errno. */
int ring_create(struct ring *ring, unsigned long size);

/* bpf_ringbuf_reserve: NULL when there is no room. */
void *ring_reserve(struct ring *ring, __u32 size);

/* bpf_ringbuf_submit */
void ring_commit(struct ring *ring, void *sample);

#endif
