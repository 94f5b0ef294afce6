// SPDX-License-Identifier: Apache-2.0
/*
 * The ring rig: a producer that follows the kernel's protocol, to measure readers without a kernel.
 *
 *   iputrace-ring-rig serve KEY=VALUE...
 *	for a reader in another process: says where the ring is, waits for a line, produces, says
 *	how it went, waits for the end of input
 *   iputrace-ring-rig libbpf|batch KEY=VALUE...
 *	reads with a thread of its own
 *   iputrace-ring-rig file|prefetch PATH INODES UNMEASURED
 *	checks a file of cells
 *
 * ring=BYTES events=N rate=N (a second; 0: saturated) inodes=N bad=N no_wakeup=0|1
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_file.h"
#include "producer.h"
#include "reader.h"

struct options {
	unsigned long long ring, events, rate, inodes, bad, no_wakeup;
};

static int parse(struct options *options, const char *argument)
{
	struct {
		const char *key;
		unsigned long long *value;
	} keys[] = {
		{"ring=", &options->ring}, {"events=", &options->events},
		{"rate=", &options->rate}, {"inodes=", &options->inodes},
		{"bad=", &options->bad},   {"no_wakeup=", &options->no_wakeup},
	};
	size_t i, length;
	char *end;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		length = strlen(keys[i].key);
		if (strncmp(argument, keys[i].key, length))
			continue;
		*keys[i].value = strtoull(argument + length, &end, 10);
		return *end || end == argument + length ? -1 : 0;
	}
	return -1;
}

static void report_producer(const struct producer *producer)
{
	printf("produced=%llu dropped=%llu wakeups=%llu elapsed_ns=%llu", producer->produced,
	       producer->dropped, producer->ring->wakeups, producer->elapsed_ns);
}

static int serve(struct producer *producer)
{
	char line[64];

	printf("pid=%d memfd=%d wake=%d\n", getpid(), producer->ring->memfd,
	       producer->ring->wake_read);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin) || !producer_run(producer))
		return 1;
	report_producer(producer);
	putchar('\n');
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		;
	return 0;
}

static bool producer_done;

static void *produce(void *argument)
{
	struct producer *producer = argument;
	bool complete = producer_run(producer);

	__atomic_store_n(&producer_done, true, __ATOMIC_RELEASE);
	return complete ? producer : NULL;
}

static int read_here(struct producer *producer, bool libbpf, size_t inodes)
{
	static struct reader reader;
	void *complete = NULL;
	pthread_t thread;

	reader.ring = producer->ring;
	reader.libbpf = libbpf;
	reader.producer_done = &producer_done;
	if (check_create(&reader.check, inodes) || pthread_create(&thread, NULL, produce, producer))
		return 1;
	reader_run(&reader);
	if (pthread_join(thread, &complete) || !complete)
		return 1;
	report_producer(producer);
	printf(" checked=%llu lost=%llu violations=%llu wall_ns=%llu cpu_ns=%llu",
	       reader.check.events, reader.check.lost, check_violations(&reader.check),
	       reader.wall_ns, reader.cpu_ns);
	printf(" p50_ns=%llu p99_ns=%llu p999_ns=%llu max_ns=%llu\n",
	       reader_latency_ns(&reader, 0.5), reader_latency_ns(&reader, 0.99),
	       reader_latency_ns(&reader, 0.999), reader.latency_max);
	return 0;
}

int main(int argc, char **argv)
{
	struct options options = {.ring = 16 << 20, .events = 1000000, .inodes = 1000};
	struct ring ring;
	struct producer producer = {.ring = &ring};
	const char *mode = argc > 1 ? argv[1] : "";
	int i, err;

	if (argc == 5 && (!strcmp(mode, "file") || !strcmp(mode, "prefetch")))
		return check_file(argv[2], strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10),
				  !strcmp(mode, "prefetch"));
	for (i = 2; i < argc; i++) {
		if (parse(&options, argv[i])) {
			fprintf(stderr, "ring-rig: bad argument: %s\n", argv[i]);
			return 2;
		}
	}
	if (strcmp(mode, "serve") && strcmp(mode, "libbpf") && strcmp(mode, "batch")) {
		fprintf(stderr, "ring-rig: mode=%s, want serve, libbpf or batch\n", mode);
		return 2;
	}
	err = ring_create(&ring, options.ring);
	if (!err)
		err = history_make(&producer.history, options.inodes ? options.inodes : 1,
				   options.bad);
	if (err) {
		fprintf(stderr, "ring-rig: ring=%llu, inodes=%llu: %s\n", options.ring,
			options.inodes, strerror(-err));
		return 1;
	}
	ring.no_wakeup = options.no_wakeup;
	producer.events = options.events;
	producer.rate = options.rate;
	if (!strcmp(mode, "serve"))
		err = serve(&producer);
	else
		err = read_here(&producer, !strcmp(mode, "libbpf"), options.inodes);
	history_free(&producer.history);
	return err;
}
