// SPDX-License-Identifier: Apache-2.0
#include "kernel.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

/* One line of /proc/kallsyms: address, type, name, and [module] behind a tab. */
static int parse_line(char *line, __u64 *address, char **name)
{
	char *at;

	*address = strtoull(line, &at, 16);
	if (at == line || at[0] != ' ' || !at[1] || at[2] != ' ')
		return -EINVAL;
	*name = at + 3;
	at[3 + strcspn(at + 3, "\t\n")] = 0;
	return 0;
}

static void match_name(struct symbol *symbols, int count, __u64 address, const char *name)
{
	int i;

	for (i = 0; i < count; i++) {
		if (strcmp(symbols[i].name, name))
			continue;
		if (!symbols[i].found++)
			symbols[i].range.start = address;
	}
}

/* The end of a function is the nearest symbol above it. */
static void find_end(struct iputrace_range *range, const __u64 *addresses, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (addresses[i] > range->start && (!range->end || addresses[i] < range->end))
			range->end = addresses[i];
}

struct addresses {
	__u64 *at;
	size_t count, room;
};

static int remember(struct addresses *addresses, __u64 address)
{
	if (addresses->count == addresses->room) {
		size_t room = addresses->room ? 2 * addresses->room : 1 << 16;
		__u64 *at = realloc(addresses->at, room * sizeof(*at));

		if (!at)
			return -ENOMEM;
		addresses->at = at;
		addresses->room = room;
	}
	addresses->at[addresses->count++] = address;
	return 0;
}

/* One pass: to print all symbols costs the kernel more than all else that we do at start. */
int kernel_symbols(struct symbol *symbols, int count)
{
	struct addresses addresses = {};
	char line[512], *name;
	__u64 address;
	FILE *file;
	int i, ret = 0;

	file = fopen("/proc/kallsyms", "re");
	if (!file)
		return -errno;
	while (!ret && fgets(line, sizeof(line), file)) {
		if (parse_line(line, &address, &name))
			continue;
		match_name(symbols, count, address, name);
		ret = remember(&addresses, address);
	}
	fclose(file);
	for (i = 0; i < count && !ret; i++)
		if (symbols[i].range.start)
			find_end(&symbols[i].range, addresses.at, addresses.count);
	free(addresses.at);
	return ret;
}

static int bits_of_enum(const struct btf *btf, int id, struct iputrace_config *config)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	const struct btf_enum *value = btf_enum(type);
	int i;

	for (i = 0; i < btf_vlen(type); i++, value++) {
		const char *name = btf__name_by_offset(btf, value->name_off);

		if (!strcmp(name, "I_WILL_FREE"))
			config->i_will_free = value->val;
		else if (!strcmp(name, "I_FREEING"))
			config->i_freeing = value->val;
		else if (!strcmp(name, "I_CLEAR"))
			config->i_clear = value->val;
	}
	return config->i_freeing && config->i_clear ? 0 : -ENOENT;
}

static int field_size(const struct btf *btf, const char *type_name, const char *field)
{
	int i, id = btf__find_by_name_kind(btf, type_name, BTF_KIND_STRUCT);
	const struct btf_type *type;
	const struct btf_member *member;

	if (id < 0)
		return -ENOENT;
	type = btf__type_by_id(btf, id);
	member = btf_members(type);
	for (i = 0; i < btf_vlen(type); i++, member++)
		if (!strcmp(btf__name_by_offset(btf, member->name_off), field))
			return btf__resolve_size(btf, member->type);
	return -ENOENT;
}

/*
 * From 6.18 the bits are an enum and BTF has it (its tag got another name in 6.19). Before, they
 * are macros: the move of I_NEW from bit 3 to bit 0 and i_state becoming u32 came together in
 * 6.12.
 */
int kernel_state_bits(const struct btf *btf, struct iputrace_config *config)
{
	static const char *const tags[] = {"inode_state_flags_t", "inode_state_flags_enum"};
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		int id = btf__find_by_name_kind(btf, tags[i], BTF_KIND_ENUM);

		if (id > 0)
			return bits_of_enum(btf, id, config);
	}
	switch (field_size(btf, "inode", "i_state")) {
	case 8:
		config->i_will_free = 0x10;
		config->i_freeing = 0x20;
		config->i_clear = 0x40;
		return 0;
	case 4:
		config->i_will_free = 0x40;
		config->i_freeing = 0x80;
		config->i_clear = 0x100;
		return 0;
	default:
		return -ENOENT;
	}
}

int kernel_btf_has_function(const struct btf *vmlinux, const char *module, const char *name)
{
	struct btf *btf;
	int found;

	if (btf__find_by_name_kind(vmlinux, name, BTF_KIND_FUNC) > 0)
		return 1;
	if (!module)
		return 0;
	btf = btf__load_module_btf(module, (struct btf *)vmlinux);
	if (!btf)
		return 0;
	found = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
	btf__free(btf);
	return found;
}

int kernel_version(void)
{
	struct utsname name;
	unsigned int major = 0, minor = 0;

	uname(&name);
	if (sscanf(name.release, "%u.%u", &major, &minor) != 2)
		return 0;
	return major << 16 | minor << 8;
}

static __s64 now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void kernel_identity(struct text *out)
{
	char boot_id[64] = "";
	struct utsname name;
	FILE *file;

	uname(&name);
	file = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (file) {
		if (fgets(boot_id, sizeof(boot_id), file))
			boot_id[strcspn(boot_id, "\n")] = 0;
		fclose(file);
	}
	text_add(out, "kernel=%s\nhost=%s\nboot_id=%s\n", name.release, name.nodename, boot_id);
	text_add(out, "wall_offset_ns=%lld\n", now_ns(CLOCK_REALTIME) - now_ns(CLOCK_MONOTONIC));
	/* BUG_ON(I_CLEAR) in iput became a debug-only check in 6.18. */
	text_add(out, "iput_panics=%d\n", kernel_version() < (6 << 16 | 18 << 8));
}
