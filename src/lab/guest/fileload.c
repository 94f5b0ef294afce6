// SPDX-License-Identifier: Apache-2.0
/*
 * usage: fileload DIR FILES   Makes, writes, closes and unlinks so many files, one after the other;
 * each tenth is synced, so that ext4 starts io_ends. Prints the nanoseconds of CLOCK_MONOTONIC that
 * it took.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SYNC_EACH 10

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int one_file(const char *path, int synced)
{
	static const char block[4096];
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	if (fd < 0 || write(fd, block, sizeof(block)) != sizeof(block) || (synced && fsync(fd)))
		return -1;
	return close(fd) || unlink(path) ? -1 : 0;
}

int main(int argc, char **argv)
{
	long long started;
	char path[4096];
	long i, files;

	if (argc != 3 || (files = atol(argv[2])) <= 0) {
		fputs("usage: fileload DIR FILES\n", stderr);
		return 2;
	}
	snprintf(path, sizeof(path), "%s/fileload", argv[1]);
	started = now_ns();
	for (i = 0; i < files; i++)
		if (one_file(path, i % SYNC_EACH == 0)) {
			perror(path);
			return 1;
		}
	printf("%lld\n", now_ns() - started);
	return 0;
}
