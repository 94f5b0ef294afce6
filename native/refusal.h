/* SPDX-License-Identifier: Apache-2.0 */
/* Why the kernel refused, in words that say what to do. */
#ifndef IPUTRACE_REFUSAL_H
#define IPUTRACE_REFUSAL_H

#include "text.h"

struct iputrace_agent;

/* Keeps libbpf's warnings from now on, instead of printing them. */
void refusal_listen(void);
void refusal_forget(void);

/* What failed where libbpf has no words for it; the first note or warning is kept. */
__attribute__((format(printf, 1, 2))) void refusal_note(const char *format, ...);

/* Appends what failed with -ret, libbpf's words or the note, and the remedy. */
void refusal_explain(const struct iputrace_agent *agent, int ret, struct text *err);

#endif
