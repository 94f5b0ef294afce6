/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The native agent: loads and attaches the probes, hands out the rings, tells how it went. Used by
 * the JVM (libiputrace.so, through JNA) and by main.c (iputrace-agent). One thread at a time per
 * agent.
 */
#ifndef IPUTRACE_AGENT_H
#define IPUTRACE_AGENT_H

#include <linux/types.h>
#include <stddef.h>

#include "../bpf/iputrace.h"

#define IPUTRACE_API __attribute__((visibility("default")))

enum iputrace_ring {
	IPUTRACE_RING_EVENTS = 0,
	IPUTRACE_RING_RARE = 1,
};

struct iputrace_agent;

/*
 * options: lines of key=value; every key is optional (options.c has the list and the defaults).
 * NULL on failure: err then holds what failed, with which value, and what to do.
 */
IPUTRACE_API struct iputrace_agent *iputrace_agent_open(const char *options, char *err,
							size_t err_size);

/* A ring is mapped by its fd: consumer page, producer page, data twice (kernel/bpf/ringbuf.c). */
IPUTRACE_API int iputrace_agent_ring_fd(struct iputrace_agent *agent, int ring);
IPUTRACE_API long iputrace_agent_ring_size(struct iputrace_agent *agent, int ring);

/* Lines of key=value. Returns the length; nothing is cut when size is larger. */
IPUTRACE_API int iputrace_agent_provenance(struct iputrace_agent *agent, char *out, size_t size);

#define IPUTRACE_STAT_UNKNOWN (~0ULL) /* the kernel does not tell the hits of this probe */

/*
 * out[cpu * IPUTRACE_STAT_NR + stat]; what is of the whole machine is on CPU 0. Returns the number
 * of CPUs, or -errno.
 */
IPUTRACE_API int iputrace_agent_stats(struct iputrace_agent *agent, __u64 *out, int cpus_max);

/*
 * To be called about once a second: attaches what came late. Returns 1 if the provenance changed.
 */
IPUTRACE_API int iputrace_agent_tick(struct iputrace_agent *agent);

/*
 * From now on each violation goes, as a line, durable into the file evidence and into the kernel's
 * log kmsg, by threads of their own; either may be NULL. To be called once.
 */
IPUTRACE_API void iputrace_agent_put_out(struct iputrace_agent *agent, const char *evidence,
					 const char *kmsg);

/*
 * How that went, as lines of key=value: evidence_lines,
 * evidence_delay_ns_max (kernel event to durable line), evidence_missed, evidence_failure, the same
 * for kmsg, and refused. Returns the length.
 */
IPUTRACE_API int iputrace_agent_evidence(struct iputrace_agent *agent, char *out, size_t size);

/* Waits until a rare record comes. Returns 1, 0 on time-out, or -errno. */
IPUTRACE_API int iputrace_agent_wait(struct iputrace_agent *agent, int timeout_ms);

/* Detaches all probes; rings and statistics stay readable. */
IPUTRACE_API void iputrace_agent_stop(struct iputrace_agent *agent);

IPUTRACE_API void iputrace_agent_close(struct iputrace_agent *agent);

#endif
