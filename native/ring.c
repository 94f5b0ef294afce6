// SPDX-License-Identifier: Apache-2.0
#include "ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int ring_map(struct ring *ring, int fd, size_t size)
{
	void *at;

	memset(ring, 0, sizeof(*ring));
	ring->page = sysconf(_SC_PAGESIZE);
	ring->size = size;
	at = mmap(NULL, ring->page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return -errno;
	ring->consumer = at;
	at = mmap(NULL, ring->page + 2 * size, PROT_READ, MAP_SHARED, fd, ring->page);
	if (at == MAP_FAILED) {
		int err = errno;

		ring_unmap(ring);
		return -err;
	}
	ring->producer = at;
	ring->data = (const char *)at + ring->page;
	return 0;
}

void ring_unmap(struct ring *ring)
{
	if (ring->consumer)
		munmap(ring->consumer, ring->page);
	if (ring->producer)
		munmap((void *)ring->producer, ring->page + 2 * ring->size);
	memset(ring, 0, sizeof(*ring));
}

/* A record that ends a whole ring ahead of here may be written over what is here. */
static int overtaken(const struct ring *ring, __u64 position)
{
	return __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE) - position >= ring->size;
}

static long copy_record(const struct ring *ring, __u64 position, __u32 *header, void *copy,
			size_t size)
{
	const char *at = ring->data + (position & (ring->size - 1));
	__u32 length;

	*header = __atomic_load_n((const __u32 *)at, __ATOMIC_ACQUIRE);
	length = *header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
	memcpy(copy, at + BPF_RINGBUF_HDR_SZ, length < size ? length : size);
	__atomic_thread_fence(__ATOMIC_ACQUIRE); /* the bytes are read before the producer is */
	return length;
}

long ring_follow(const struct ring *ring, __u64 *position, void *copy, size_t size)
{
	while (*position < __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE)) {
		__u32 header;
		long length = copy_record(ring, *position, &header, copy, size);

		if (overtaken(ring, *position)) {
			*position = __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE);
			return -ENODATA;
		}
		if (header & BPF_RINGBUF_BUSY_BIT)
			return 0;
		*position += (length + BPF_RINGBUF_HDR_SZ + 7) & ~7U;
		if (!(header & BPF_RINGBUF_DISCARD_BIT))
			return length;
	}
	return 0;
}

long ring_read(struct ring *ring, int peek, ring_record_fn record, void *context)
{
	__u64 position = *ring->consumer;
	__u64 end = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
	long count = 0;

	while (position < end) {
		const char *at = ring->data + (position & (ring->size - 1));
		__u32 header = __atomic_load_n((const __u32 *)at, __ATOMIC_ACQUIRE);
		__u32 length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);

		if (header & BPF_RINGBUF_BUSY_BIT)
			break; /* still being written; all behind it waits */
		if (!(header & BPF_RINGBUF_DISCARD_BIT)) {
			if (record(context, at + BPF_RINGBUF_HDR_SZ, length))
				break;
			count++;
		}
		position += (length + BPF_RINGBUF_HDR_SZ + 7) & ~7U;
		if (!peek)
			__atomic_store_n(ring->consumer, position, __ATOMIC_RELEASE);
	}
	return count;
}
