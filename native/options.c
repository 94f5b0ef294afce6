// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define EXT4_SUPER_MAGIC 0xef53
#define RING_BYTES_MAX	 (512L << 20) /* two of it must fit into a ByteBuffer */

static int set_attach(struct options *options, const char *value)
{
	if (!strcmp(value, "auto"))
		options->attach = ATTACH_AUTO;
	else if (!strcmp(value, "kprobe"))
		options->attach = ATTACH_KPROBE;
	else if (!strcmp(value, "fentry"))
		options->attach = ATTACH_FENTRY;
	else
		return -EINVAL;
	return 0;
}

static int set_level(struct options *options, const char *value)
{
	options->full = !strcmp(value, "full");
	return options->full || !strcmp(value, "guard") ? 0 : -EINVAL;
}

static int set_u64(__u64 *out, const char *value)
{
	char *end;

	errno = 0;
	*out = strtoull(value, &end, 0);
	return errno || *end || end == value ? -EINVAL : 0;
}

/* MAJOR:MINOR, in the kernel's encoding */
static int set_dev(struct options *options, const char *value)
{
	unsigned int major_nr, minor_nr;
	char rest;

	if (sscanf(value, "%u:%u%c", &major_nr, &minor_nr, &rest) != 2 || major_nr >= 1U << 12 ||
	    minor_nr >= 1U << 20)
		return -EINVAL;
	options->dev = major_nr << 20 | minor_nr;
	return 0;
}

/* WILL_FREE:FREEING:CLEAR: for a kernel whose bits this version does not know, and for tests. */
static int set_state_bits(struct options *options, const char *value)
{
	__u32 *bits = options->state_bits;
	char rest;

	if (sscanf(value, "%i:%i:%i%c", (int *)&bits[0], (int *)&bits[1], (int *)&bits[2], &rest) !=
		    3 ||
	    !bits[0] || !bits[1] || !bits[2])
		return -EINVAL;
	return 0;
}

/* A BPF ring is a power of two and at least a page; the next size that fits is taken. */
static int set_ring(long *out, const char *value)
{
	__u64 wanted;
	long size = sysconf(_SC_PAGESIZE);

	if (set_u64(&wanted, value) || !wanted || wanted > RING_BYTES_MAX)
		return -EINVAL;
	while ((__u64)size < wanted)
		size *= 2;
	*out = size;
	return 0;
}

static int set_path(char *out, const char *value)
{
	if (strlen(value) >= PATH_MAX)
		return -EINVAL;
	strcpy(out, value);
	return 0;
}

/* Watches the file system that holds the path, and lets the self-check make its file there. */
static int set_mount(struct options *options, const char *value)
{
	struct stat st;

	if (stat(value, &st))
		return -errno;
	options->dev = major(st.st_dev) << 20 | minor(st.st_dev);
	return set_path(options->mount, value);
}

static int set(struct options *options, const char *key, const char *value)
{
	if (!strcmp(key, "attach"))
		return set_attach(options, value);
	if (!strcmp(key, "level"))
		return set_level(options, value);
	if (!strcmp(key, "magic"))
		return set_u64(&options->magic, value);
	if (!strcmp(key, "dev"))
		return set_dev(options, value);
	if (!strcmp(key, "mount"))
		return set_mount(options, value);
	if (!strcmp(key, "ring_bytes"))
		return set_ring(&options->ring_bytes, value);
	if (!strcmp(key, "rare_bytes"))
		return set_ring(&options->rare_bytes, value);
	if (!strcmp(key, "tracefs"))
		return set_path(options->tracefs, value);
	if (!strcmp(key, "btf"))
		return set_path(options->btf, value);
	if (!strcmp(key, "state_bits"))
		return set_state_bits(options, value);
	if (!strcmp(key, "program"))
		return set_path(options->program, value);
	if (!strcmp(key, "self_check")) {
		options->self_check = strcmp(value, "0") != 0;
		return 0;
	}
	return -ENOKEY;
}

static int set_line(struct options *options, char *line, struct text *err)
{
	char *equals = strchr(line, '=');
	int ret;

	if (!equals) {
		text_add(err, "agent: option without '=': line=%s", line);
		return -EINVAL;
	}
	*equals = 0;
	ret = set(options, line, equals + 1);
	if (ret == -ENOKEY)
		text_add(err, "agent: unknown option: %s=%s", line, equals + 1);
	else if (ret)
		text_add(err, "agent: bad value: %s=%s: %s", line, equals + 1, strerror(-ret));
	return ret;
}

int options_parse(struct options *options, const char *lines, struct text *err)
{
	char *copy, *line, *save;
	int ret = 0;

	memset(options, 0, sizeof(*options));
	options->full = 1;
	options->magic = EXT4_SUPER_MAGIC;
	options->self_check = 1;
	options->ring_bytes = 16L << 20;
	options->rare_bytes = 4L << 20;
	copy = strdup(lines ? lines : "");
	if (!copy)
		return -ENOMEM;
	for (line = strtok_r(copy, "\n", &save); line && !ret; line = strtok_r(NULL, "\n", &save))
		ret = set_line(options, line, err);
	free(copy);
	return ret;
}
