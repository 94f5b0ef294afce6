/* SPDX-License-Identifier: Apache-2.0 */
/* What must be known of the running kernel before the probes can be loaded. */
#ifndef IPUTRACE_KERNEL_INFO_H
#define IPUTRACE_KERNEL_INFO_H

#include <linux/types.h>

#include "../bpf/config.h"
#include "text.h"

struct btf;

/* A kernel function that somebody asks for. */
struct symbol {
	const char *name;
	int found; /* how often it stands in /proc/kallsyms */
	struct iputrace_range range; /* of the first one; zeros where addresses are hidden */
};

/* Fills found and range of all symbols in one pass over /proc/kallsyms. 0 or -errno. */
int kernel_symbols(struct symbol *symbols, int count);

/* i_will_free, i_freeing and i_clear, from BTF. -ENOENT if this kernel's layout is unknown. */
int kernel_state_bits(const struct btf *btf, struct iputrace_config *config);

/* 1 if BTF of the kernel or of the module knows the function, as fentry needs. */
int kernel_btf_has_function(const struct btf *vmlinux, const char *module, const char *name);

/* major << 16 | minor << 8 of the running kernel */
int kernel_version(void);

/* Appends kernel=, host=, boot_id=, wall_offset_ns=, iput_panics=. */
void kernel_identity(struct text *out);

#endif
