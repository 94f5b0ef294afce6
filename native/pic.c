// SPDX-License-Identifier: Apache-2.0
/*
 * Lets the distribution's static libbpf and libelf, which are built for executables, be linked
 * into a shared library, so that libiputrace.so needs nothing but libc at run time. Only two spots
 * of theirs cannot be linked as they are: libelf's error number (thread-local, local-exec model)
 * and libbpf's direct use of stderr. Both are defined here, hidden, in place of the originals.
 */
#define stderr libc_stderr
#include <stdio.h>
#undef stderr

#include <dlfcn.h>

static __thread int last_error;

int elf_errno(void);
const char *elf_errmsg(int error);
void __libelf_seterrno(int value);

int elf_errno(void)
{
	int error = last_error;

	last_error = 0;
	return error;
}

const char *elf_errmsg(int error)
{
	(void)error;
	return "libelf: the object is damaged";
}

void __libelf_seterrno(int value)
{
	last_error = value;
}

__attribute__((visibility("hidden"))) FILE *stderr;

__attribute__((constructor)) static void find_stderr(void)
{
	FILE **real = dlsym(RTLD_DEFAULT, "stderr");

	stderr = real ? *real : NULL;
}
