// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define GROUP_PREFIX	 "iputrace_"
#define MAXACTIVE	 1024 /* calls of igrab or ext4_init_io_end between entry and return */
#define JANITOR_TRIES	 200
#define JANITOR_PAUSE_US 20000
#define EVENTS_MAX	 32
#define REMOVE_LINE_MAX	 160

static int command(int dir, const char *line)
{
	int fd, ret = 0;

	fd = openat(dir, "kprobe_events", O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, line, strlen(line)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* Removes every event whose line in kprobe_events names the group. The number that would not go. */
static int remove_group(int dir, const char *group)
{
	char line[512], prefix[48], removal[REMOVE_LINE_MAX];
	char events[EVENTS_MAX][64];
	int fd, i, count = 0, stuck = 0;
	FILE *file;

	fd = openat(dir, "kprobe_events", O_RDONLY | O_CLOEXEC);
	file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!file)
		return 0;
	snprintf(prefix, sizeof(prefix), ":%s/", group);
	while (count < EVENTS_MAX && fgets(line, sizeof(line), file)) {
		char *at = strstr(line, prefix);

		if (at && sscanf(at + strlen(prefix), "%63[^ \n]", events[count]) == 1)
			count++;
	}
	fclose(file);
	for (i = 0; i < count; i++) {
		snprintf(removal, sizeof(removal), "-:%s/%.63s\n", group, events[i]);
		if (command(dir, removal))
			stuck++;
	}
	return stuck;
}

/* A group named after a process that is gone was left by a kill -9 of it and of its janitor. */
static void remove_leftovers(int dir)
{
	char line[512];
	FILE *file;
	int fd, pid;

	fd = openat(dir, "kprobe_events", O_RDONLY | O_CLOEXEC);
	file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		char group[48], *at = strstr(line, ":" GROUP_PREFIX);

		if (!at || sscanf(at, ":" GROUP_PREFIX "%d/", &pid) != 1)
			continue;
		if (kill(pid, 0) == 0 || errno != ESRCH)
			continue;
		snprintf(group, sizeof(group), GROUP_PREFIX "%d", pid);
		remove_group(dir, group);
	}
	fclose(file);
}

static int open_dir(const char *path)
{
	int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir >= 0 && faccessat(dir, "kprobe_events", W_OK, 0)) {
		close(dir);
		return -1;
	}
	return dir;
}

/*
 * Outlives this process by a moment: when the pipe closes, however we died, it removes our events.
 * It must hold no other fd, or it would keep the programs and rings alive, or a pipeline waiting.
 */
static void run_janitor(const struct tracefs *tracefs, int pipe_end)
{
	struct tracefs own = *tracefs;
	int fd, tries;
	char byte;

	setsid();
	prctl(PR_SET_NAME, "iputrace-clean");
	own.dir = fcntl(tracefs->dir, F_DUPFD, 10);
	pipe_end = fcntl(pipe_end, F_DUPFD, 10);
	dup2(own.dir, 0);
	dup2(pipe_end, 1);
	if (syscall(SYS_close_range, 2, ~0U, 0))
		for (fd = 2; fd < 65536; fd++) /* before 5.9 */
			close(fd);
	while (read(1, &byte, 1) < 0 && errno == EINTR)
		;
	/* An event is busy until the dying process has closed its perf fd. */
	for (tries = 0; remove_group(0, own.group) && tries < JANITOR_TRIES; tries++)
		usleep(JANITOR_PAUSE_US);
	_exit(0);
}

static void start_janitor(struct tracefs *tracefs)
{
	sigset_t all, before;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0) {
		/* The grandchild is nobody's zombie; it keeps all signals blocked. */
		if (fork() == 0) {
			close(ends[1]);
			run_janitor(tracefs, ends[0]);
		}
		_exit(0);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[0]);
	if (pid < 0) {
		close(ends[1]);
		return;
	}
	waitpid(pid, NULL, 0);
	tracefs->janitor = ends[1];
}

void tracefs_open(struct tracefs *tracefs, const char *path)
{
	tracefs->janitor = -1;
	snprintf(tracefs->group, sizeof(tracefs->group), GROUP_PREFIX "%d", getpid());
	tracefs->dir = open_dir(*path ? path : "/sys/kernel/tracing");
	if (tracefs->dir < 0 && !*path)
		tracefs->dir = open_dir("/sys/kernel/debug/tracing");
	if (tracefs->dir < 0)
		return;
	remove_leftovers(tracefs->dir);
	remove_group(tracefs->dir, tracefs->group);
	start_janitor(tracefs);
}

static int event_id(struct tracefs *tracefs, const char *name)
{
	char path[128], digits[16] = "";
	int fd;

	snprintf(path, sizeof(path), "events/%s/%s/id", tracefs->group, name);
	fd = openat(tracefs->dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (read(fd, digits, sizeof(digits) - 1) <= 0)
		digits[0] = 0;
	close(fd);
	return atoi(digits);
}

int tracefs_kprobe(struct tracefs *tracefs, const char *name, const char *function, int is_return)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.sample_period = 1,
		.wakeup_events = 1,
	};
	char line[256];
	int id, fd, ret;

	if (is_return)
		snprintf(line, sizeof(line), "r%d:%s/%s %s\n", MAXACTIVE, tracefs->group, name,
			 function);
	else
		snprintf(line, sizeof(line), "p:%s/%s %s\n", tracefs->group, name, function);
	ret = command(tracefs->dir, line);
	if (ret)
		return ret;
	id = event_id(tracefs, name);
	if (id <= 0)
		return id ? id : -EIO;
	attr.config = id;
	/* On one CPU: the BPF program of a trace event runs on all of them. */
	fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

char *tracefs_profile(struct tracefs *tracefs)
{
	int fd = openat(tracefs->dir, "kprobe_profile", O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		return NULL;
	if (getdelim(&text, &size, 0, file) < 0) { /* no 0 in it: all of it */
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

int profile_find(const char *text, const char *name, __u64 *hits, __u64 *misses)
{
	unsigned long long seen, missed;
	char pattern[96];
	const char *at;

	/* It names no group: our event names carry the pid. */
	snprintf(pattern, sizeof(pattern), "  %s ", name);
	at = strstr(text, pattern);
	if (!at || sscanf(at + strlen(pattern), "%llu %llu", &seen, &missed) != 2)
		return -ENOENT;
	*hits = seen;
	*misses = missed;
	return 0;
}

void tracefs_remove(struct tracefs *tracefs, const char *name)
{
	char line[REMOVE_LINE_MAX];

	snprintf(line, sizeof(line), "-:%s/%s\n", tracefs->group, name);
	command(tracefs->dir, line);
}

void tracefs_close(struct tracefs *tracefs)
{
	if (tracefs->dir < 0)
		return;
	remove_group(tracefs->dir, tracefs->group);
	if (tracefs->janitor >= 0)
		close(tracefs->janitor);
	close(tracefs->dir);
	tracefs->dir = tracefs->janitor = -1;
}
