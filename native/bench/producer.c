// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "producer.h"

#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS   1000000000ull
#define CLOCK_EVERY 16 /* events that share a reading of the clock when saturated */
#define NAP_NS	    50000
#define LOOK_EVERY  (1 << 20)

static unsigned long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void nap(void)
{
	struct timespec nap = {.tv_nsec = NAP_NS};

	nanosleep(&nap, NULL);
}

static bool abandoned(void)
{
	struct pollfd input = {.fd = STDIN_FILENO};

	return poll(&input, 1, 0) > 0 && input.revents & (POLLHUP | POLLERR | POLLNVAL);
}

static unsigned long long wait_until(unsigned long long due)
{
	unsigned long long now = now_ns();

	while ((long long)(due - now) > 0) {
		if (due - now > 4 * NAP_NS)
			nap();
		now = now_ns();
	}
	return now;
}

static void send(struct ring *ring, struct iputrace_event *slot, const struct iputrace_event *cell,
		 unsigned long long ts_ns, unsigned long long number)
{
	memcpy(slot, cell, sizeof(*slot));
	slot->ts_ns = ts_ns;
	slot->cpu = number % PRODUCER_CPUS;
	slot->seq = number / PRODUCER_CPUS;
	ring_commit(ring, slot);
}

static bool run_saturated(struct producer *producer)
{
	const struct iputrace_event *cell = producer->history.cells;
	const struct iputrace_event *end = cell + producer->history.count;
	struct iputrace_event *slot;
	unsigned long long number, ts_ns = 0;

	for (number = 0; number < producer->events; number++) {
		ts_ns = number % CLOCK_EVERY ? ts_ns + 1 : now_ns();
		while (!(slot = ring_reserve(producer->ring, sizeof(*slot)))) {
			if (abandoned())
				return false;
			nap();
		}
		send(producer->ring, slot, cell, ts_ns, number);
		if (++cell == end)
			cell = producer->history.cells;
	}
	producer->produced = number;
	return true;
}

static bool run_at_rate(struct producer *producer, unsigned long long start)
{
	const struct iputrace_event *cell = producer->history.cells;
	const struct iputrace_event *end = cell + producer->history.count;
	struct iputrace_event *slot;
	unsigned long long number, ts_ns;

	for (number = 0; number < producer->events; number++) {
		ts_ns = wait_until(start + (__u64)((double)number * SECOND_NS / producer->rate));
		slot = ring_reserve(producer->ring, sizeof(*slot));
		if (slot)
			send(producer->ring, slot, cell, ts_ns, number);
		else
			producer->dropped++;
		if (++cell == end)
			cell = producer->history.cells;
		if (number % LOOK_EVERY == 0 && abandoned())
			return false;
	}
	producer->produced = number - producer->dropped;
	return true;
}

bool producer_run(struct producer *producer)
{
	unsigned long long start = now_ns();
	bool complete;

	if (producer->rate)
		complete = run_at_rate(producer, start);
	else
		complete = run_saturated(producer);
	producer->elapsed_ns = now_ns() - start;
	return complete;
}
