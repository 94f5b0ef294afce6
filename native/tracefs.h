/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kprobes made through tracefs. Unlike those of the perf PMU they tell, in kprobe_profile, how
 * often they were hit and missed: only so can the loss of BPF programs that the kernel silently
 * skips be known.
 */
#ifndef IPUTRACE_TRACEFS_H
#define IPUTRACE_TRACEFS_H

#include <linux/types.h>

struct tracefs {
	int dir; /* of the mounted tracefs, -1 if there is none */
	int janitor; /* write end of its pipe, -1 if it does not run */
	char group[32]; /* of our events */
};

/*
 * Finds tracefs and removes what dead iputraces left in it. dir is -1 where it cannot be written.
 */
void tracefs_open(struct tracefs *tracefs, const char *path);

/* Makes a kprobe (or kretprobe) on function and opens it. The perf event's fd, or -errno. */
int tracefs_kprobe(struct tracefs *tracefs, const char *name, const char *function, int is_return);

/* The text of kprobe_profile, to be freed, or NULL. One read for all events: it costs the kernel.
 */
char *tracefs_profile(struct tracefs *tracefs);

/* What that text says of our event. 0 or -ENOENT. */
int profile_find(const char *text, const char *name, __u64 *hits, __u64 *misses);

/* Removes one event; its perf fd must be closed before. */
void tracefs_remove(struct tracefs *tracefs, const char *name);

/* Removes our events, ends the janitor. */
void tracefs_close(struct tracefs *tracefs);

#endif
