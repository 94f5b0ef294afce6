/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IPUTRACE_OPTIONS_H
#define IPUTRACE_OPTIONS_H

#include <linux/types.h>
#include <limits.h>

#include "text.h"

enum attach_mode {
	ATTACH_AUTO, /* fentry for the points where the kernel offers it, kprobe for the others */
	ATTACH_KPROBE,
	ATTACH_FENTRY,
};

struct options {
	enum attach_mode attach;
	int full; /* level=full, else guard */
	__u64 magic; /* s_magic of the watched file systems, 0 = all */
	__u32 dev; /* kernel encoding, 0 = all */
	int self_check;
	__u32 state_bits[3]; /* I_WILL_FREE, I_FREEING, I_CLEAR; zeros: by the kernel's BTF */
	long ring_bytes;
	long rare_bytes;
	char mount[PATH_MAX]; /* directory on the watched file system, or empty */
	char tracefs[PATH_MAX]; /* or empty: look at the usual places */
	char btf[PATH_MAX]; /* or empty: /sys/kernel/btf/vmlinux */
	char program[PATH_MAX]; /* compiled.h; or empty: the CO-RE object that is built in */
};

/* -EINVAL and a text in err on an unknown key or a bad value. */
int options_parse(struct options *options, const char *lines, struct text *err);

#endif
