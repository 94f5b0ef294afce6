/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded piece of text that is only appended to; what does not fit is cut, never overrun. */
#ifndef IPUTRACE_TEXT_H
#define IPUTRACE_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

struct text {
	char *bytes;
	size_t size; /* with the final 0 */
	size_t length;
};

__attribute__((format(printf, 2, 3))) static inline void text_add(struct text *text,
								  const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text->bytes + text->length, text->size - text->length, format, args);
	va_end(args);
	if (n > 0)
		text->length += (size_t)n < text->size - text->length
					? (size_t)n
					: text->size - text->length - 1;
}

static inline void text_clear(struct text *text)
{
	text->length = 0;
	text->bytes[0] = 0;
}

#endif
