// SPDX-License-Identifier: Apache-2.0
/*
 * iputrace-agent: the probes without Java. Writes the stream to stdout: a line "iputrace-stream
 * 1", the provenance, an empty line, then cells of 64 bytes until the end. What was written
 * survives this host.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stream.h"

static volatile sig_atomic_t stopping;

static void stop(int number)
{
	if (stopping)
		_exit(128 + number); /* the second time: at once */
	stopping = 1;
}

static const char usage
	[] = "Usage: iputrace-agent [OPTIONS] > STREAM\n"
	     "Probes igrab, iput and ext4's io_end on this host and writes every event as a\n"
	     "64-byte cell to stdout, for 'iputrace live --from -' or 'iputrace replay'.\n\n"
	     "  -l, --level=guard|full      what the kernel sends (full)\n"
	     "  -a, --attach=auto|kprobe|fentry  how to attach (auto)\n"
	     "  -m, --mount=DIR             only the file system that holds DIR\n"
	     "  -d, --dev=MAJOR:MINOR       only this device\n"
	     "  -r, --ring-bytes=N          size of the events ring (16777216)\n"
	     "  -s, --seconds=N             stop after N seconds\n"
	     "      --state-bits=WILL_FREE:FREEING:CLEAR  of i_state, if yours are not known\n"
	     "      --program=FILE          made by 'iputrace compile', for kernels without BTF\n"
	     "      --tracefs=DIR           where tracefs is mounted (looks for it)\n"
	     "      --kmsg                  each violation into this host's kernel log, too\n"
	     "      --evidence=FILE         and, durable, into FILE on this host\n"
	     "      --no-self-check         do not make a file to check the probes with\n"
	     "  -h, --help                  this text\n"
	     "Stops on SIGINT, SIGTERM or when nobody reads. Exit: 0 done, 1 output failed,\n"
	     "2 usage, 4 cannot probe.\n";

struct arguments {
	struct text options; /* for iputrace_agent_open */
	long seconds;
	const char *evidence, *kmsg; /* or NULL */
};

static int add_option(struct arguments *arguments, int option, const char *value)
{
	static const char *const keys[] = {
		['l'] = "level",      ['a'] = "attach",	    ['m'] = "mount",   ['d'] = "dev",
		['r'] = "ring_bytes", ['b'] = "state_bits", ['t'] = "tracefs", ['p'] = "program",
	};

	if (option == 's') {
		char *end;

		arguments->seconds = strtol(value, &end, 10);
		if (*end || end == value || arguments->seconds <= 0) {
			fprintf(stderr, "iputrace-agent: bad value: --seconds=%s\n", value);
			return -EINVAL;
		}
	} else if (option == 'k') {
		arguments->kmsg = "/dev/kmsg";
	} else if (option == 'e') {
		arguments->evidence = value;
	} else if (option == 'n') {
		text_add(&arguments->options, "self_check=0\n");
	} else {
		text_add(&arguments->options, "%s=%s\n", keys[option], value);
	}
	return 0;
}

static int parse(struct arguments *arguments, int argc, char **argv)
{
	static const struct option longs[] = {
		{"level", required_argument, NULL, 'l'},
		{"attach", required_argument, NULL, 'a'},
		{"mount", required_argument, NULL, 'm'},
		{"dev", required_argument, NULL, 'd'},
		{"ring-bytes", required_argument, NULL, 'r'},
		{"seconds", required_argument, NULL, 's'},
		{"state-bits", required_argument, NULL, 'b'},
		{"tracefs", required_argument, NULL, 't'},
		{"program", required_argument, NULL, 'p'},
		{"kmsg", no_argument, NULL, 'k'},
		{"evidence", required_argument, NULL, 'e'},
		{"no-self-check", no_argument, NULL, 'n'},
		{"help", no_argument, NULL, 'h'},
		{},
	};
	int option;

	while ((option = getopt_long(argc, argv, "l:a:m:d:r:s:h", longs, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			exit(0);
		}
		if (option == '?' || add_option(arguments, option, optarg))
			return -EINVAL;
	}
	if (optind < argc) {
		fprintf(stderr, "iputrace-agent: unexpected argument: %s\n", argv[optind]);
		return -EINVAL;
	}
	return 0;
}

static int pump(struct iputrace_agent *agent, long seconds)
{
	struct stream stream;
	time_t end = seconds ? time(NULL) + seconds : 0;
	int ret = stream_open(&stream, agent, STDOUT_FILENO);

	while (!ret && !stopping && (!end || time(NULL) < end))
		ret = stream_step(&stream);
	if (!ret) {
		iputrace_agent_stop(agent);
		ret = stream_finish(&stream);
	}
	stream_close(&stream);
	if (ret && ret != -EPIPE)
		fprintf(stderr, "iputrace-agent: cannot write the stream: %s\n", strerror(-ret));
	return ret ? 1 : 0;
}

/* Only what went wrong. */
static void tell_evidence(struct iputrace_agent *agent)
{
	char bytes[2 * PATH_MAX], *line, *save;

	iputrace_agent_evidence(agent, bytes, sizeof(bytes));
	for (line = strtok_r(bytes, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (strstr(line, "failure=") || !strncmp(line, "refused=", 8))
			fprintf(stderr, "iputrace-agent: %s\n", strchr(line, '=') + 1);
}

int main(int argc, char **argv)
{
	char bytes[4096] = "", err[1024];
	struct arguments arguments = {.options = {.bytes = bytes, .size = sizeof(bytes)}};
	struct sigaction action = {.sa_handler = stop};
	struct iputrace_agent *agent;
	int ret;

	if (parse(&arguments, argc, argv)) {
		fputs("Try 'iputrace-agent --help'.\n", stderr);
		return 2;
	}
	if (isatty(STDOUT_FILENO)) {
		fputs("iputrace-agent: stdout is a terminal: pipe the stream to 'iputrace live "
		      "--from -' or into a file\n",
		      stderr);
		return 2;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	agent = iputrace_agent_open(bytes, err, sizeof(err));
	if (!agent) {
		fprintf(stderr, "%s\n", err);
		return 4;
	}
	fprintf(stderr, "iputrace-agent: attached\n");
	iputrace_agent_put_out(agent, arguments.evidence, arguments.kmsg);
	ret = pump(agent, arguments.seconds);
	tell_evidence(agent);
	iputrace_agent_close(agent);
	return ret;
}
