/* SPDX-License-Identifier: Apache-2.0 */
/* Plays a history into a ring. */
#ifndef IPUTRACE_BENCH_PRODUCER_H
#define IPUTRACE_BENCH_PRODUCER_H

#include <stdbool.h>

#include "history.h"
#include "ring.h"

#define PRODUCER_CPUS 4 /* the events claim to come from so many, in turn */

struct producer {
	struct ring *ring;
	struct history history;
	unsigned long long events; /* to try */
	unsigned long long rate; /* a second; 0: as fast as it goes, the reader permitting */
	unsigned long long produced;
	unsigned long long dropped; /* at a rate, as the kernel does: no room, but seq goes on */
	unsigned long long elapsed_ns;
};

/* Returns false when whoever started us is gone: standard input is closed. */
bool producer_run(struct producer *producer);

#endif
