/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program compiled elsewhere: what package dev.iputrace.bcc makes of bpf/iputrace.bcc.c with
 * libbcc. The file is a struct compiled_head, a text of text_bytes for the provenance, and then
 * for each function a struct compiled_function and its instructions. Where an instruction takes a
 * map, an enum iputrace_map stands for the file descriptor.
 */
#ifndef IPUTRACE_COMPILED_H
#define IPUTRACE_COMPILED_H

#include <linux/types.h>

#include "../bpf/maps.h"
#include "attach.h"
#include "options.h"
#include "text.h"

#define COMPILED_MAGIC	   "ipubcc1\n"
#define COMPILED_BYTES_MAX (1 << 20)

struct compiled_head {
	char magic[8];
	char release[64]; /* of the kernel whose headers were used, as uname -r, 0 at the end */
	__u32 abi; /* IPUTRACE_ABI_VERSION */
	__u32 version; /* LINUX_VERSION_CODE */
	__u32 i_will_free;
	__u32 i_freeing;
	__u32 i_clear;
	__u32 functions;
	__u32 text_bytes; /* a multiple of 8, filled up with 0 */
	__u32 reserved;
};

struct compiled_function {
	char name[24]; /* k_LABEL or k_LABEL_ret, 0 at the end */
	__u32 bytes; /* of instructions */
	__u32 reserved;
};

struct compiled {
	struct compiled_head *head; /* the whole file; NULL when there is none */
	size_t size;
};

/* Reads the file that options name. 0, or -errno with a text in err; refuses another kernel's. */
int compiled_read(struct compiled *compiled, const struct options *options, struct text *err);

/* What the compiler has to say of itself: lines of key=value. */
const char *compiled_text(const struct compiled *compiled, int *length);

/*
 * Makes the maps, fills the map of constants and loads the kprobe programs that are wanted. 0, or
 * -errno, with a note for refusal_explain. What is open is closed by compiled_unload.
 */
int compiled_load(const struct compiled *compiled, struct attached *attached,
		  const struct iputrace_config *config, const struct options *options, int *maps);
void compiled_unload(struct attached *attached, int *maps);

void compiled_free(struct compiled *compiled);

#endif
