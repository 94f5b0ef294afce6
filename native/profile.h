/* SPDX-License-Identifier: Apache-2.0 */
/* How often the kernel reached each probe, against how often its program ran: the silent loss. */
#ifndef IPUTRACE_PROFILE_H
#define IPUTRACE_PROFILE_H

#include <linux/types.h>

struct iputrace_agent;

/* Takes the present difference of hits and runs as the zero of the silent loss. */
void profiles_start(struct iputrace_agent *agent);

/* values[cpu * IPUTRACE_STAT_NR + stat], all possible CPUs. 0 or -errno. */
int profiles_read(struct iputrace_agent *agent, __u64 *values, int cpus);

#endif
