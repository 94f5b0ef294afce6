// SPDX-License-Identifier: Apache-2.0
#include "stream.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TICK_NS	     1000000000LL
#define WAIT_MS	     1
#define IDLE_WAIT_MS 32 /* the events ring holds what comes meanwhile; a rare record wakes us */
#define BUSY_RECORDS 1024
#define TEXT_SIZE    16384

static __s64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int flush(struct stream *stream)
{
	size_t done = 0;

	while (done < stream->used && !stream->error) {
		ssize_t n = write(stream->fd, stream->buffer + done, stream->used - done);

		if (n >= 0)
			done += n;
		else if (errno != EINTR)
			stream->error = -errno;
	}
	stream->used = 0;
	return stream->error;
}

static void put(struct stream *stream, const void *bytes, size_t length)
{
	if (stream->used + length > STREAM_BUFFER)
		flush(stream);
	memcpy(stream->buffer + stream->used, bytes, length);
	stream->used += length;
}

/* A record is whole cells; unused stack cells at the end of a rare one (op 0) are not sent. */
static int put_record(void *context, const void *record, __u32 length)
{
	const struct iputrace_event *cell = record;
	struct stream *stream = context;

	for (; length >= sizeof(*cell); length -= sizeof(*cell), cell++)
		if (cell->op)
			put(stream, cell, sizeof(*cell));
	return stream->error;
}

static void put_word_cell(struct stream *stream, int op, __u16 cpu, __u32 seq, __u64 word)
{
	struct iputrace_stack_cell cell = {.ts_ns = now_ns(), .op = op, .cpu = cpu, .seq = seq};

	cell.address[0] = word;
	put(stream, &cell, sizeof(cell));
}

/* Zero is what the reader assumes, but for hits: there, nothing means not known. */
static int worth_sending(int cpu, int stat, __u64 value)
{
	if (cpu == 0 && stat >= IPUTRACE_STAT_HITS && stat < IPUTRACE_STAT_MISSES)
		return value != IPUTRACE_STAT_UNKNOWN;
	return value != 0;
}

static void put_stats(struct stream *stream)
{
	int cpu, stat, cpus = libbpf_num_possible_cpus();

	cpus = iputrace_agent_stats(stream->agent, stream->values, cpus);
	for (cpu = 0; cpu < cpus; cpu++)
		for (stat = 0; stat < IPUTRACE_STAT_NR; stat++) {
			__u64 value = stream->values[cpu * IPUTRACE_STAT_NR + stat];

			if (worth_sending(cpu, stat, value))
				put_word_cell(stream, IPUTRACE_OP_STAT, cpu, stat, value);
		}
}

/*
 * A changed provenance goes as MARK cells of up to 47 bytes and a 0; the text ends with an empty
 * one.
 */
static void put_provenance_marks(struct stream *stream)
{
	char text[TEXT_SIZE];
	int at, length = iputrace_agent_provenance(stream->agent, text, sizeof(text));
	__u32 index = 0;

	for (at = 0; at <= length; at += sizeof(((struct iputrace_stack_cell *)0)->address) - 1) {
		struct iputrace_stack_cell cell = {.ts_ns = now_ns(), .op = IPUTRACE_OP_MARK};

		cell.flags = IPUTRACE_MARK_PROVENANCE;
		cell.seq = index++;
		strncpy((char *)cell.address, text + at, sizeof(cell.address) - 1);
		put(stream, &cell, sizeof(cell));
	}
}

/* A stream without it was cut: its host died, or the pipe broke. */
static void put_end(struct stream *stream)
{
	struct iputrace_stack_cell cell = {
		.ts_ns = now_ns(),
		.op = IPUTRACE_OP_MARK,
		.flags = IPUTRACE_MARK_END,
	};

	put(stream, &cell, sizeof(cell));
}

static int put_head(struct stream *stream)
{
	static const char first[] = "iputrace-stream 1\n";
	char text[TEXT_SIZE];
	int length = iputrace_agent_provenance(stream->agent, text, sizeof(text));

	put(stream, first, sizeof(first) - 1);
	put(stream, text, length);
	put(stream, "\n", 1);
	return flush(stream);
}

int stream_open(struct stream *stream, struct iputrace_agent *agent, int fd)
{
	int ret;

	memset(stream, 0, offsetof(struct stream, buffer));
	stream->agent = agent;
	stream->fd = fd;
	stream->wait_ms = WAIT_MS;
	stream->values = calloc(libbpf_num_possible_cpus(), IPUTRACE_STAT_NR * sizeof(__u64));
	if (!stream->values)
		return -ENOMEM;
	ret = ring_map(&stream->events, iputrace_agent_ring_fd(agent, IPUTRACE_RING_EVENTS),
		       iputrace_agent_ring_size(agent, IPUTRACE_RING_EVENTS));
	if (!ret)
		ret = ring_map(&stream->rare, iputrace_agent_ring_fd(agent, IPUTRACE_RING_RARE),
			       iputrace_agent_ring_size(agent, IPUTRACE_RING_RARE));
	return ret ? ret : put_head(stream);
}

static long drain(struct stream *stream)
{
	long count = ring_read(&stream->rare, 0, put_record, stream);

	if (count)
		flush(stream); /* out before anything else can happen on this host */
	return count + ring_read(&stream->events, 0, put_record, stream);
}

/*
 * The longer nothing comes, the longer the sleep, for what runs on this host needs its processors
 * more. A single event is not worth a wake-up either: they go out once a millisecond.
 */
static void wait_for_more(struct stream *stream, long count)
{
	if (count >= BUSY_RECORDS)
		return;
	stream->wait_ms = count ? WAIT_MS : 2 * stream->wait_ms;
	if (stream->wait_ms > IDLE_WAIT_MS)
		stream->wait_ms = IDLE_WAIT_MS;
	iputrace_agent_wait(stream->agent, stream->wait_ms);
}

int stream_step(struct stream *stream)
{
	long count = drain(stream);
	__s64 now = now_ns();

	if (now - stream->last_tick_ns >= TICK_NS) {
		stream->last_tick_ns = now;
		if (iputrace_agent_tick(stream->agent))
			put_provenance_marks(stream);
		put_stats(stream);
	}
	if (flush(stream))
		return stream->error;
	wait_for_more(stream, count);
	return 0;
}

int stream_finish(struct stream *stream)
{
	while (drain(stream) > 0)
		;
	put_stats(stream);
	put_end(stream);
	return flush(stream);
}

void stream_close(struct stream *stream)
{
	ring_unmap(&stream->events);
	ring_unmap(&stream->rare);
	free(stream->values);
}
