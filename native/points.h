/* SPDX-License-Identifier: Apache-2.0 */
/* The probe points as data: what is probed, under which names, by which programs. */
#ifndef IPUTRACE_POINTS_H
#define IPUTRACE_POINTS_H

#include "../bpf/iputrace.h"

#define POINT_ALIASES 2
#define POINTS	      11

struct point {
	enum iputrace_op op;
	const char *label; /* as in provenance keys and program names k_LABEL, f_LABEL */
	const char *aliases[POINT_ALIASES]; /* kernel functions, the first that exists is taken */
	int has_return; /* a second program runs at return: k_LABEL_ret, f_LABEL_ret */
	int in_ext4; /* comes and goes with the module */
	int required;
};

extern const struct point points[POINTS];

#endif
