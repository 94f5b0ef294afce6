/* SPDX-License-Identifier: Apache-2.0 */
/* Why the kernel refused, in words that say what to do. */
#ifndef IPUTRACE_REFUSAL_H
#define IPUTRACE_REFUSAL_H

#include "text.h"

struct iputrace_agent;

/* Keeps libbpf's warnings from now on, instead of printing them. */
void refusal_listen(void);
void refusal_forget(void);

/* Appends what failed with -ret, libbpf's own words, and the remedy. */
void refusal_explain(const struct iputrace_agent *agent, int ret, struct text *err);

#endif
