/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must outlive a panic. A thread that does nothing else follows the rare ring, beside whoever
 * reads it, and puts out each violation the moment it happens: no JVM that collects or compiles, no
 * report that is being written stands before it. The kernel's log and the evidence file have a
 * thread each, so that a disk that hangs cannot hold back the console, nor a slow console the disk.
 */
#ifndef IPUTRACE_ALARM_H
#define IPUTRACE_ALARM_H

#include <limits.h>
#include <pthread.h>

#include "../bpf/iputrace.h"
#include "ring.h"
#include "text.h"

struct alarm;

/* Where the lines of one alarm go. */
struct alarm_sink {
	/* makes the line of this record, if it is worth one; called for each */
	void (*take)(struct alarm *alarm, const struct iputrace_rare *record);
	/* the ring is empty now: what was taken must be safe before this returns */
	void (*settle)(struct alarm *alarm);
};

#define ALARM_TEXT (64 << 10)

struct alarm {
	const struct alarm_sink *sink;
	struct ring ring;
	__u64 position;
	pthread_t thread;
	int running;
	int epoll, wake; /* wake: told when it shall end */
	int fd; /* of the output, -1 until it is needed */
	char path[PATH_MAX];
	char bytes[ALARM_TEXT];
	struct text text; /* lines not written yet */
	__u64 oldest_ns; /* kernel time of the first of them, or 0 */

	/* Read by others at any time. */
	long lines; /* written */
	long missed; /* times this thread was a whole ring behind */
	__u64 delay_ns_max; /* from the kernel event to the safe line */
	int error; /* errno that ended the output, or 0 */

	/* Of the kernel's log. */
	__u64 second_ns;
	int lines_this_second;
	long withheld;

	/* Of the evidence file. */
	struct kallsyms *symbols;
	pthread_t loader;
	int loading;
};

extern const struct alarm_sink alarm_kmsg, alarm_file;

/* An agent's two alarms. */
struct alarms {
	struct alarm *kmsg, *file; /* NULL: not wanted, or refused */
	char refused[PATH_MAX + 256]; /* why, or empty */
};

/* Starts an alarm on the ring of this fd; NULL and a text in err when that cannot be. */
struct alarm *alarm_start(const struct alarm_sink *sink, const char *path, int ring_fd,
			  size_t ring_size, struct text *err);

/* Takes what is still in the ring and ends. What hangs on a dead disk is left behind. */
void alarm_stop(struct alarm *alarm);
void alarm_free(struct alarm *alarm);

/* Lines of key=value: NAME_lines, NAME_delay_ns_max, NAME_missed, NAME_failure. */
void alarm_report(const struct alarm *alarm, const char *name, struct text *out);

#endif
