/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's rings as one stream of cells on a file descriptor. */
#ifndef IPUTRACE_STREAM_H
#define IPUTRACE_STREAM_H

#include "agent.h"
#include "ring.h"
#include "text.h"

#define STREAM_BUFFER (256 * 1024)

struct stream {
	struct iputrace_agent *agent;
	struct ring events, rare;
	int fd;
	size_t used;
	__s64 last_tick_ns;
	int wait_ms; /* after the last step */
	__u64 *values; /* statistics, all CPUs */
	int error; /* of the last write */
	char buffer[STREAM_BUFFER];
};

/* Maps the rings, writes the head. All of these: 0 or -errno. */
int stream_open(struct stream *stream, struct iputrace_agent *agent, int fd);

/* Writes what is in the rings, rare records first; waits a little unless that was much. */
int stream_step(struct stream *stream);

/* Drains the rings of a stopped agent and writes the last statistics. */
int stream_finish(struct stream *stream);

void stream_close(struct stream *stream);

#endif
