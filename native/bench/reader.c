// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "reader.h"

#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define BATCH_BYTES    (64 << 10)
#define NAP_NS	       50000
#define LATENCY_SAMPLE 16

static unsigned long long clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static int bucket(unsigned long long ns)
{
	int power = 63 - __builtin_clzll(ns | 1);

	if (power < 5)
		return ns;
	return (power - 4) * HISTOGRAM_STEPS + (ns >> (power - 5)) % HISTOGRAM_STEPS;
}

unsigned long long reader_latency_ns(const struct reader *reader, double share)
{
	unsigned long long total = 0, seen = 0;
	int i;

	for (i = 0; i < HISTOGRAM_SIZE; i++)
		total += reader->latency[i];
	for (i = 0; i < HISTOGRAM_SIZE - 1; i++) {
		seen += reader->latency[i];
		if (seen && seen >= total * share)
			break;
	}
	if (i < HISTOGRAM_STEPS)
		return i;
	return (HISTOGRAM_STEPS + i % HISTOGRAM_STEPS + 1ull) << (i / HISTOGRAM_STEPS - 1);
}

static void measure(struct reader *reader, unsigned long long ns)
{
	reader->latency[bucket(ns)]++;
	if (ns > reader->latency_max)
		reader->latency_max = ns;
}

static int on_event(void *context, void *data, size_t size)
{
	struct reader *reader = context;
	const struct iputrace_event *event = data;

	(void)size;
	check_event(&reader->check, event);
	if (reader->check.events % LATENCY_SAMPLE == 0)
		measure(reader, clock_ns(CLOCK_MONOTONIC) - event->ts_ns);
	return 0;
}

/* libbpf's ringbuf_process_ring (v1.1, src/ringbuf.c), callback through a pointer as there. */
static long drain_as_libbpf(struct reader *reader, int (*callback)(void *, void *, size_t))
{
	struct ring *ring = reader->ring;
	unsigned long cons_pos = __atomic_load_n(ring->consumer_pos, __ATOMIC_ACQUIRE);
	unsigned long prod_pos;
	bool got_new_data;
	long count = 0;
	__u32 len;

	do {
		got_new_data = false;
		prod_pos = __atomic_load_n(ring->producer_pos, __ATOMIC_ACQUIRE);
		while (cons_pos < prod_pos) {
			__u32 *header = (__u32 *)(ring->data + (cons_pos & ring->mask));

			len = __atomic_load_n(header, __ATOMIC_ACQUIRE);
			if (len & RING_BUSY)
				return count;
			got_new_data = true;
			len &= ~RING_DISCARD;
			cons_pos += (len + RING_HEADER_SIZE + 7) & ~7u;
			callback(reader, header + 2, len);
			count++;
			__atomic_store_n(ring->consumer_pos, cons_pos, __ATOMIC_RELEASE);
		}
	} while (got_new_data);
	return count;
}

static long drain_in_batches(struct reader *reader)
{
	struct ring *ring = reader->ring;
	unsigned long cons_pos = *ring->consumer_pos;
	unsigned long prod_pos = __atomic_load_n(ring->producer_pos, __ATOMIC_ACQUIRE);
	unsigned long stored = cons_pos;
	long count = 0;
	__u32 len;

	while (cons_pos < prod_pos) {
		char *record = ring->data + (cons_pos & ring->mask);

		len = __atomic_load_n((__u32 *)record, __ATOMIC_ACQUIRE);
		if (len & RING_BUSY)
			break;
		on_event(reader, record + RING_HEADER_SIZE, len);
		count++;
		cons_pos += (len + RING_HEADER_SIZE + 7) & ~7u;
		if (cons_pos - stored >= BATCH_BYTES) {
			__atomic_store_n(ring->consumer_pos, cons_pos, __ATOMIC_RELEASE);
			stored = cons_pos;
		}
	}
	if (cons_pos != stored)
		__atomic_store_n(ring->consumer_pos, cons_pos, __ATOMIC_RELEASE);
	return count;
}

/* The full fence that libbpf lacks, so that the comparison is not one of stalls. */
static bool is_empty(struct ring *ring)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(ring->producer_pos, __ATOMIC_ACQUIRE) == *ring->consumer_pos;
}

static void sleep_in_epoll(struct ring *ring, int epoll)
{
	struct epoll_event event;
	char bytes[4096];

	if (is_empty(ring) && epoll_wait(epoll, &event, 1, 10) > 0)
		(void)!read(ring->wake_read, bytes, sizeof(bytes));
}

void reader_run(struct reader *reader)
{
	struct timespec nap = {.tv_nsec = NAP_NS};
	struct epoll_event event = {.events = EPOLLIN};
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	unsigned long long start = clock_ns(CLOCK_MONOTONIC);
	unsigned long long start_cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	bool done;
	long count;

	epoll_ctl(epoll, EPOLL_CTL_ADD, reader->ring->wake_read, &event);
	do {
		done = __atomic_load_n(reader->producer_done, __ATOMIC_ACQUIRE);
		if (reader->libbpf)
			count = drain_as_libbpf(reader, on_event);
		else
			count = drain_in_batches(reader);
		if (count)
			reader->wall_ns = clock_ns(CLOCK_MONOTONIC) - start;
		if (!count && !done && reader->libbpf)
			sleep_in_epoll(reader->ring, epoll);
		else if (!count && !done)
			nanosleep(&nap, NULL);
	} while (count || !done);
	reader->cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - start_cpu;
	close(epoll);
}
