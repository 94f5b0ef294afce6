// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int map(struct ring *ring, unsigned long size)
{
	long page = sysconf(_SC_PAGESIZE);
	char *start;

	ring->consumer_pos = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, ring->memfd, 0);
	if (ring->consumer_pos == MAP_FAILED)
		return -errno;
	start = mmap(NULL, page + 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (start == MAP_FAILED)
		return -errno;
	if (mmap(start, page + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, ring->memfd,
		 page) == MAP_FAILED)
		return -errno;
	if (mmap(start + page + size, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 ring->memfd, 2 * page) == MAP_FAILED)
		return -errno;
	ring->producer_pos = (unsigned long *)start;
	ring->data = start + page;
	ring->mask = size - 1;
	return 0;
}

int ring_create(struct ring *ring, unsigned long size)
{
	long page = sysconf(_SC_PAGESIZE);
	int fds[2];

	*ring = (struct ring){};
	if (size == 0 || (size & (size - 1)) || size % page)
		return -EINVAL;
	ring->memfd = memfd_create("iputrace-ring", MFD_CLOEXEC);
	if (ring->memfd < 0 || ftruncate(ring->memfd, 2 * page + size) < 0)
		return -errno;
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	ring->wake_read = fds[0];
	ring->wake_write = fds[1];
	return map(ring, size);
}

static void spin_lock(int *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
		;
}

static void spin_unlock(int *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

void *ring_reserve(struct ring *ring, __u32 size)
{
	__u32 len = (size + RING_HEADER_SIZE + 7) & ~7u;
	unsigned long cons_pos, prod_pos, new_prod_pos;
	struct ring_header *header;

	if (len > ring->mask + 1)
		return NULL;
	cons_pos = __atomic_load_n(ring->consumer_pos, __ATOMIC_ACQUIRE);
	spin_lock(&ring->lock);
	prod_pos = *ring->producer_pos;
	new_prod_pos = prod_pos + len;
	if (new_prod_pos - cons_pos > ring->mask) {
		spin_unlock(&ring->lock);
		return NULL;
	}
	header = (struct ring_header *)(ring->data + (prod_pos & ring->mask));
	header->len = size | RING_BUSY;
	header->pg_off = ((char *)header - ring->data) >> 12;
	__atomic_store_n(ring->producer_pos, new_prod_pos, __ATOMIC_RELEASE);
	spin_unlock(&ring->lock);
	return header + 1;
}

/* A full pipe is readable already: nothing to do. */
static void wake(struct ring *ring)
{
	char byte = 0;

	ring->wakeups++;
	(void)!write(ring->wake_write, &byte, 1);
}

void ring_commit(struct ring *ring, void *sample)
{
	struct ring_header *header = (struct ring_header *)sample - 1;
	unsigned long rec_pos = (char *)header - ring->data;
	unsigned long cons_pos;

	__atomic_exchange_n(&header->len, header->len ^ RING_BUSY, __ATOMIC_SEQ_CST);
	cons_pos = __atomic_load_n(ring->consumer_pos, __ATOMIC_ACQUIRE) & ring->mask;
	if (cons_pos == rec_pos && !ring->no_wakeup)
		wake(ring);
}
