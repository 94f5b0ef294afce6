/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference in C: judges the rules that Checker.java judges, keeps the same histories, counts
 * the same call sites, for a kernel of era A with all probes attached. What a finding needs beyond
 * its count (text, stack, doubt after loss) is left out: findings are rare.
 */
#ifndef IPUTRACE_BENCH_CHECK_H
#define IPUTRACE_BENCH_CHECK_H

#include "io_ends.h"

#define CHECK_CPUS_MAX 64
#define CALL_SITES     1024
#define HISTORY	       (1 << 16)

struct call_site {
	__u64 caller;
	__u64 grabbed, refused, put;
};

struct check {
	struct inodes inodes;
	struct io_ends io_ends;
	struct call_site call_sites[CALL_SITES];
	struct iputrace_event *history; /* the last HISTORY events */
	__u64 last_ns;
	__u32 next_seq[CHECK_CPUS_MAX];
	__u64 events_of_op[256];
	unsigned long long events;
	unsigned long long lost;
	unsigned long long bad_puts; /* R1, R2 */
	unsigned long long broken; /* R3, R5 and a refused igrab inside an init: R4 */
};

/* Room for so many inodes, and as many io_ends. Returns 0 or -errno. */
int check_create(struct check *check, size_t inodes);

void check_event(struct check *check, const struct iputrace_event *event);

/* Events that broke a rule. */
unsigned long long check_violations(const struct check *check);

#endif
