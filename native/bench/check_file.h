/* SPDX-License-Identifier: Apache-2.0 */
/* The C reference over a file of cells: prints events, violations and CPU seconds of the loop. */
#ifndef IPUTRACE_BENCH_CHECK_FILE_H
#define IPUTRACE_BENCH_CHECK_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* The first cells, unmeasured, fill the tables and do not count as time. Exit code of the process.
 */
int check_file(const char *path, size_t inodes, size_t unmeasured, bool prefetch);

#endif
