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

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

int check_file(const char *path, size_t inodes)
{
	const struct iputrace_event *cells;
	struct check check;
	struct stat stat;
	double start;
	size_t i, count;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &stat)) {
		fprintf(stderr, "check file: %s: %s\n", path, strerror(errno));
		return 1;
	}
	cells = mmap(NULL, stat.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	close(fd);
	if (cells == MAP_FAILED || check_create(&check, inodes)) {
		fprintf(stderr, "check file: %s: %s\n", path, strerror(errno));
		return 1;
	}
	count = stat.st_size / sizeof(*cells);
	start = cpu_seconds();
	for (i = 0; i < count; i++)
		check_event(&check, &cells[i]);
	printf("%llu %llu %.6f\n", check.events, check.violations, cpu_seconds() - start);
	return 0;
}
