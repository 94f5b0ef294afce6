// SPDX-License-Identifier: Apache-2.0
#include "check_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#define AHEAD 32

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void run(struct check *check, const struct iputrace_event *cells, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		check_event(check, &cells[i]);
}

/* What the best of C could do: Java 17 has no such instruction. */
static void run_prefetching(struct check *check, const struct iputrace_event *cells, size_t count)
{
	size_t i;

	for (i = 0; i + AHEAD < count; i++) {
		inodes_prefetch(&check->inodes, cells[i + AHEAD].inode);
		check_event(check, &cells[i]);
	}
	run(check, cells + i, count - i);
}

int check_file(const char *path, size_t inodes, size_t unmeasured, bool prefetch)
{
	static struct check check;
	const struct iputrace_event *cells;
	struct stat stat;
	double start;
	size_t count;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &stat)) {
		fprintf(stderr, "check file: %s: %s\n", path, strerror(errno));
		return 1;
	}
	cells = mmap(NULL, stat.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	close(fd);
	count = stat.st_size / sizeof(*cells);
	if (cells == MAP_FAILED || count < unmeasured || check_create(&check, inodes)) {
		fprintf(stderr, "check file: %s: cells=%zu: %s\n", path, count, strerror(errno));
		return 1;
	}
	run(&check, cells, unmeasured);
	start = cpu_seconds();
	(prefetch ? run_prefetching : run)(&check, cells + unmeasured, count - unmeasured);
	start = cpu_seconds() - start;
	printf("%llu %llu %.6f\n", check.events, check_violations(&check), start);
	return 0;
}
