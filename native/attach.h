/* SPDX-License-Identifier: Apache-2.0 */
/* Which program goes on which kernel function, and how. */
#ifndef IPUTRACE_ATTACH_H
#define IPUTRACE_ATTACH_H

#include "kernel.h"
#include "points.h"
#include "tracefs.h"

struct bpf_link;
struct bpf_object;
struct bpf_program;

enum point_how {
	HOW_NONE,
	HOW_KPROBE, /* through tracefs: hits and misses are known */
	HOW_KPROBE_PMU, /* through perf_event_open alone: they are not */
	HOW_FENTRY,
};

/* What keeps a program on a function. */
struct hook {
	struct bpf_link *fentry; /* or fexit */
	int event; /* kprobe or kretprobe: the perf event that runs it, or -1 */
	int link; /* between the two, from 5.15, or -1 */
};

struct attached {
	const struct point *point;
	const char *function; /* the alias that exists, NULL if none */
	struct iputrace_range range; /* of that function */
	enum point_how wanted; /* HOW_FENTRY or HOW_KPROBE */
	enum point_how how; /* HOW_NONE: not attached, why says the reason */
	char why[128];
	int programs[2]; /* kprobe programs, at entry and at return; negative: not loaded */
	struct hook hooks[2]; /* at entry and at return */
};

void point_init(struct attached *attached, const struct point *point);

/* k_LABEL, f_LABEL_ret ... */
void point_program_name(const struct point *point, int fentry, int is_return, char *out,
			size_t size);
struct bpf_program *point_program(struct bpf_object *object, const struct point *point, int fentry,
				  int is_return);

/*
 * Attaches one point; how must be HOW_KPROBE, with programs, or HOW_FENTRY, with an object. 0, or
 * -errno with why filled.
 */
int point_attach(struct attached *attached, struct bpf_object *object, struct tracefs *tracefs,
		 enum point_how how);

/* Takes the programs off; how stays, for the provenance. */
void point_release(struct attached *attached);

/* Undoes point_attach: the point may be attached again. */
void point_detach(struct attached *attached, struct tracefs *tracefs);

/* The name of the point's tracefs event: kprobe_profile names no group, so the pid is in it. */
void point_event_name(const struct point *point, int is_return, char *out, size_t size);

#endif
