/* SPDX-License-Identifier: Apache-2.0 */
/* Names of kernel functions, for stacks that must be read after this boot is over. */
#ifndef IPUTRACE_KALLSYMS_H
#define IPUTRACE_KALLSYMS_H

#include <linux/types.h>

#include "text.h"

struct kallsyms;

/* Some 8 MB and, on a real machine, 50 ms. NULL when the file cannot be read or hides addresses. */
struct kallsyms *kallsyms_read(const char *path);
void kallsyms_free(struct kallsyms *symbols);

/* Appends NAME+0xOFFSET/0xSIZE [MODULE], or the address where symbols is NULL or knows nothing. */
void kallsyms_add(const struct kallsyms *symbols, __u64 address, struct text *out);

#endif
