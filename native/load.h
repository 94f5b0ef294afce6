/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's inside, and the steps from options to running probes. */
#ifndef IPUTRACE_LOAD_H
#define IPUTRACE_LOAD_H

#include "alarm.h"
#include "attach.h"
#include "compiled.h"
#include "options.h"
#include "statebits.h"

/* What the kernel counts of a probe, beside what its program counts. */
struct profile {
	int known; /* the kernel tells the hits of this probe */
	int counted; /* it does not, but it counts all that it skips */
	__u64 hits;
	__u64 misses;
	__s64 base; /* hits without a run when observation began */
	__s64 silent; /* hits without a run since then; only ever grows */
};

struct iputrace_agent {
	struct options options;
	struct iputrace_config config;
	struct iputrace_control control;
	struct bpf_object *object; /* CO-RE; NULL where compiled is used */
	struct compiled compiled;
	int maps[IPUTRACE_MAP_NR]; /* file descriptors; negative: none */
	struct tracefs tracefs;
	struct attached points[POINTS];
	struct profile profiles[IPUTRACE_STAT_HITS]; /* by op, and op + RETURN */
	struct state_bits bits;
	int bits_changed; /* since the last tick */
	int ext4_built_in; /* it never comes or goes */
	struct alarms alarms;
	char self_check[192];
	int stopped;
};

/* Finds functions and layouts, loads the object, attaches. 0, or -errno with a text in err. */
int agent_load(struct iputrace_agent *agent, struct text *err);

/*
 * Attaches ext4's points when the module has come, detaches them when it has gone. 1 on a change.
 */
int agent_follow_ext4(struct iputrace_agent *agent);

/* Detaches all, and closes programs and maps. */
void agent_unload(struct iputrace_agent *agent);

/* Publishes agent->control. */
void agent_update_control(struct iputrace_agent *agent);

#endif
