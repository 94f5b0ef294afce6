/* SPDX-License-Identifier: Apache-2.0 */
/* Which kernel function each probe point is on this kernel. */
#ifndef IPUTRACE_FUNCTIONS_H
#define IPUTRACE_FUNCTIONS_H

#include "../bpf/iputrace.h"

#define EXT4_MODULE "/sys/module/ext4" /* there while ext4 is a module that is loaded */

struct attached;
struct iputrace_agent;

/*
 * Fills function of each point, and the ranges that the programs compare callers with. 0 or
 * -errno.
 */
int agent_find_functions(struct iputrace_agent *agent);

const struct attached *agent_point(const struct iputrace_agent *agent, enum iputrace_op op);

#endif
