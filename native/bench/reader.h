/* SPDX-License-Identifier: Apache-2.0 */
/* The C consumers to compare with. */
#ifndef IPUTRACE_BENCH_READER_H
#define IPUTRACE_BENCH_READER_H

#include <stdbool.h>

#include "check.h"
#include "ring.h"

#define HISTOGRAM_STEPS 32 /* to each power of two: 3 % */
#define HISTOGRAM_SIZE	(64 * HISTOGRAM_STEPS)

struct reader {
	struct ring *ring;
	struct check check;
	bool libbpf; /* callback and store of consumer_pos a record, epoll; else batches, naps */
	bool *producer_done;
	unsigned long long latency[HISTOGRAM_SIZE]; /* of every 16th event */
	unsigned long long latency_max;
	unsigned long long wall_ns; /* until the last event */
	unsigned long long cpu_ns;
};

/* Reads until the producer is done and the ring is empty. */
void reader_run(struct reader *reader);

/* Nanoseconds that a share of the sampled events did not exceed. */
unsigned long long reader_latency_ns(const struct reader *reader, double share);

#endif
