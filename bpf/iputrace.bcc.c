// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * libbcc dialect: compiled at run time against the headers of the running kernel, for kernels
 * without BTF. The probes are those of the CO-RE program; fentry needs BTF, so there is none here.
 */
#include "bcc.h"
#include "emit.h"
#include "body.h"
#include "kprobes.h"

/* What only the headers know; the loader reads the number out of the compiled function. */
#define CONSTANT(name, number)     \
	int c_##name(void *unused) \
	{                          \
		return number;     \
	}

CONSTANT(i_will_free, I_WILL_FREE)
CONSTANT(i_freeing, I_FREEING)
CONSTANT(i_clear, I_CLEAR)
CONSTANT(version, LINUX_VERSION_CODE)
