// SPDX-License-Identifier: Apache-2.0
#include "compiled.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "refusal.h"

#define LICENSE	  "Dual BSD/GPL" /* as in bpf/iputrace.bpf.c */
#define LOG_BYTES (1 << 20)
#define LD_IMM64  (BPF_LD | BPF_IMM | BPF_DW)

/* The whole file, with a 0 behind it. */
static int read_file(struct compiled *compiled, const char *path)
{
	FILE *file = fopen(path, "re");
	int ret = 0;

	if (!file)
		return -errno;
	compiled->head = calloc(1, COMPILED_BYTES_MAX + 1);
	if (!compiled->head)
		ret = -ENOMEM;
	else
		compiled->size = fread(compiled->head, 1, COMPILED_BYTES_MAX, file);
	if (ferror(file) || getc(file) != EOF)
		ret = -EFBIG;
	fclose(file);
	return ret;
}

/* The next function, at *offset, which goes behind it; NULL at the end and where it is cut. */
static struct compiled_function *next_function(const struct compiled *compiled, size_t *offset)
{
	struct compiled_function *function = (void *)((char *)compiled->head + *offset);

	if (compiled->size - *offset < sizeof(*function))
		return NULL;
	*offset += sizeof(*function);
	if (function->bytes % sizeof(struct bpf_insn) || compiled->size - *offset < function->bytes)
		return NULL;
	*offset += function->bytes;
	function->name[sizeof(function->name) - 1] = 0;
	return function;
}

static struct bpf_insn *instructions_of(struct compiled_function *function)
{
	return (struct bpf_insn *)(function + 1);
}

static int is_whole(const struct compiled *compiled)
{
	const struct compiled_head *head = compiled->head;
	size_t offset = sizeof(*head);
	__u32 i;

	if (compiled->size < offset || memcmp(head->magic, COMPILED_MAGIC, sizeof(head->magic)) ||
	    head->abi != IPUTRACE_ABI_VERSION || head->text_bytes % 8 ||
	    head->text_bytes > compiled->size - offset)
		return 0;
	offset += head->text_bytes;
	for (i = 0; i < head->functions; i++)
		if (!next_function(compiled, &offset))
			return 0;
	return offset == compiled->size && head->i_freeing && head->i_clear;
}

int compiled_read(struct compiled *compiled, const struct options *options, struct text *err)
{
	const char *path = options->program;
	struct utsname name;
	int ret = read_file(compiled, path);

	if (ret) {
		text_add(err, "agent: cannot read the compiled program: path=%s: %s", path,
			 strerror(-ret));
		return ret;
	}
	if (!is_whole(compiled)) {
		text_add(err, "agent: not a compiled program, or cut: path=%s, bytes=%zu", path,
			 compiled->size);
		return -EINVAL;
	}
	uname(&name);
	compiled->head->release[sizeof(compiled->head->release) - 1] = 0;
	if (strcmp(compiled->head->release, name.release)) {
		text_add(err, "agent: compiled for another kernel: path=%s, for=%s, running=%s",
			 path, compiled->head->release, name.release);
		return -EINVAL;
	}
	if (options->attach == ATTACH_FENTRY) {
		text_add(err, "agent: attach=fentry needs BTF; a compiled program has kprobes");
		return -EINVAL;
	}
	return 0;
}

const char *compiled_text(const struct compiled *compiled, int *length)
{
	*length = compiled->head->text_bytes;
	return (const char *)(compiled->head + 1);
}

static int make_map(int *fd, const char *name, enum bpf_map_type type, __u32 key_size,
		    __u32 value_size, __u32 entries)
{
	*fd = bpf_map_create(type, name, key_size, value_size, entries, NULL);
	if (*fd < 0)
		refusal_note("map %s, type %d, %u entries: %s%s", name, type, entries,
			     strerror(errno),
			     type == BPF_MAP_TYPE_RINGBUF && errno == EINVAL
				     ? ": ring buffers need kernel 5.8"
				     : "");
	return *fd < 0 ? -errno : 0;
}

/* Read only and frozen, so that the verifier knows the values and removes dead branches. */
static int make_config(int *fd, const struct iputrace_config *config)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_RDONLY_PROG);
	__u32 zero = 0;

	*fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "config", sizeof(zero), sizeof(*config), 1, &opts);
	if (*fd >= 0 && !bpf_map_update_elem(*fd, &zero, config, BPF_ANY) && !bpf_map_freeze(*fd))
		return 0;
	refusal_note("map config: %s", strerror(errno));
	return -errno;
}

static int make_maps(const struct iputrace_config *config, const struct options *options, int *maps)
{
#define MAKE_RING(name, bytes)                                                                \
	if (!ret)                                                                             \
		ret = make_map(&maps[IPUTRACE_MAP_##name], #name, BPF_MAP_TYPE_RINGBUF, 0, 0, \
			       IPUTRACE_MAP_##name == IPUTRACE_MAP_rare ? options->rare_bytes \
									: options->ring_bytes);
#define MAKE_TABLE(name, type, key, value, entries)                                    \
	if (!ret)                                                                      \
		ret = make_map(&maps[IPUTRACE_MAP_##name], #name, BPF_MAP_TYPE_##type, \
			       sizeof(key), sizeof(value), entries);
	int ret = make_config(&maps[IPUTRACE_MAP_config], config);

	IPUTRACE_MAPS(MAKE_RING, MAKE_TABLE)
	return ret;
}

/* Puts descriptors where the compiler put an enum iputrace_map. */
static int set_descriptors(struct compiled_function *function, const int *maps)
{
	struct bpf_insn *at = instructions_of(function);
	struct bpf_insn *end = at + function->bytes / sizeof(*at);

	for (; at < end; at++) {
		if (at->code != LD_IMM64)
			continue;
		if (at->src_reg == BPF_PSEUDO_MAP_FD || at->src_reg == BPF_PSEUDO_MAP_VALUE) {
			if (at->imm < 0 || at->imm >= IPUTRACE_MAP_NR)
				return -EINVAL;
			at->imm = maps[at->imm];
		}
		at++; /* its upper half */
	}
	return 0;
}

/* The verifier's complaint is at the end of its log, before a line of statistics. */
static const char *complaint(char *log)
{
	char *line, *last = log, *save;

	for (line = strtok_r(log, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (strncmp(line, "processed ", 10) && strncmp(line, "verification time", 17))
			last = line;
	return last;
}

static int load_function(struct compiled_function *function, __u32 version)
{
	static char log[LOG_BYTES];
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .kern_version = version, .log_buf = log,
		    .log_size = sizeof(log));
	int fd, number;

	log[0] = 0;
	fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, function->name, LICENSE, instructions_of(function),
			   function->bytes / sizeof(struct bpf_insn), &opts);
	number = errno;
	if (fd < 0)
		refusal_note("program %s, %zu instructions: %s: %s", function->name,
			     function->bytes / sizeof(struct bpf_insn), strerror(number),
			     complaint(log));
	return fd < 0 ? -number : fd;
}

static int load_program(const struct compiled *compiled, struct attached *at, int is_return,
			const int *maps)
{
	size_t offset = sizeof(*compiled->head) + compiled->head->text_bytes;
	struct compiled_function *function;
	char name[32];
	int ret;

	point_program_name(at->point, 0, is_return, name, sizeof(name));
	while ((function = next_function(compiled, &offset)))
		if (!strcmp(function->name, name))
			break;
	ret = function ? set_descriptors(function, maps) : -ENOENT;
	if (ret) {
		refusal_note("program %s: missing or malformed", name);
		return ret;
	}
	ret = load_function(function, compiled->head->version);
	if (ret < 0)
		return ret;
	at->programs[is_return] = ret;
	return 0;
}

int compiled_load(const struct compiled *compiled, struct attached *attached,
		  const struct iputrace_config *config, const struct options *options, int *maps)
{
	int i, is_return, ret = make_maps(config, options, maps);

	for (i = 0; i < POINTS && !ret; i++) {
		/* A point of ext4 that is not there yet is attached later. */
		if (!attached[i].function && !points[i].in_ext4)
			continue;
		for (is_return = 0; is_return <= points[i].has_return && !ret; is_return++)
			ret = load_program(compiled, &attached[i], is_return, maps);
	}
	return ret;
}

static void close_all(int *fds, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

void compiled_unload(struct attached *attached, int *maps)
{
	int i;

	for (i = 0; i < POINTS; i++)
		close_all(attached[i].programs, 2);
	close_all(maps, IPUTRACE_MAP_NR);
}

void compiled_free(struct compiled *compiled)
{
	free(compiled->head);
	compiled->head = NULL;
}
