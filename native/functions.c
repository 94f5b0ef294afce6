// SPDX-License-Identifier: Apache-2.0
#include "functions.h"

#include <stdio.h>
#include <unistd.h>

#include "load.h"

#define SYMBOLS (POINTS * POINT_ALIASES)

/* "absent" at the start says that nothing is missed, since this kernel has no such function. */
static void explain_missing(struct attached *at)
{
	const char *prefix = at->point->op == IPUTRACE_OP_IPUT_NOT_LAST ? "absent: " : "";
	const char *suffix = at->point->in_ext4 ? " (is ext4 loaded?)" : "";

	snprintf(at->why, sizeof(at->why), "%s%s is not in /proc/kallsyms%s", prefix,
		 at->point->aliases[0], suffix);
}

int agent_find_functions(struct iputrace_agent *agent)
{
	struct symbol symbols[SYMBOLS] = {};
	int i, alias, count = 0, ret;

	for (i = 0; i < POINTS; i++)
		for (alias = 0; alias < POINT_ALIASES; alias++)
			symbols[count++].name = points[i].aliases[alias] ? points[i].aliases[alias]
									 : "";
	ret = kernel_symbols(symbols, count);
	if (ret)
		return ret;
	for (i = 0; i < POINTS; i++) {
		struct attached *at = &agent->points[i];

		at->point = &points[i];
		at->function = NULL;
		for (alias = POINT_ALIASES - 1; alias >= 0; alias--) {
			const struct symbol *symbol = &symbols[i * POINT_ALIASES + alias];

			if (!symbol->found)
				continue;
			at->function = symbol->name;
			at->range = symbol->range;
		}
		if (!at->function)
			explain_missing(at);
	}
	agent->ext4_built_in = agent_point(agent, IPUTRACE_OP_IO_END_INIT)->function &&
			       access(EXT4_MODULE, F_OK) != 0;
	return 0;
}

const struct attached *agent_point(const struct iputrace_agent *agent, enum iputrace_op op)
{
	int i;

	for (i = 0; i < POINTS - 1 && points[i].op != op; i++)
		;
	return &agent->points[i];
}
