// SPDX-License-Identifier: Apache-2.0
#include "load.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "agent.h"
#include "functions.h"
#include "refusal.h"

extern const char iputrace_object[], iputrace_object_end[];

static void fill_config(struct iputrace_agent *agent)
{
	struct iputrace_config *config = &agent->config;
	const struct attached *free_point = agent_point(agent, IPUTRACE_OP_IO_END_FREE);

	config->s_magic = agent->options.magic;
	config->s_dev = agent->options.dev;
	config->full = agent->options.full;
	config->callers = agent->options.full;
	config->pins = !free_point->function || !strcmp(free_point->function, "ext4_free_io_end");
	config->igrab = agent_point(agent, IPUTRACE_OP_IGRAB)->range;
	config->iput = agent_point(agent, IPUTRACE_OP_IPUT)->range;
}

void agent_update_control(struct iputrace_agent *agent)
{
	struct iputrace_control now;
	__u32 zero = 0;

	if (!bpf_map_lookup_elem(agent->maps[IPUTRACE_MAP_control], &zero, &now))
		agent->control.noted = now.noted; /* the programs' own */
	agent->control.init = agent_point(agent, IPUTRACE_OP_IO_END_INIT)->range;
	agent->control.free = agent_point(agent, IPUTRACE_OP_IO_END_FREE)->range;
	bpf_map_update_elem(agent->maps[IPUTRACE_MAP_control], &zero, &agent->control, BPF_ANY);
}

/* Decides, point by point, between fentry and kprobe. */
static void choose(struct iputrace_agent *agent, const struct btf *btf, enum attach_mode mode)
{
	int i;

	for (i = 0; i < POINTS; i++) {
		struct attached *at = &agent->points[i];
		int fentry = mode != ATTACH_KPROBE && at->function &&
			     kernel_btf_has_function(btf, at->point->in_ext4 ? "ext4" : NULL,
						     at->function);

		at->wanted = fentry ? HOW_FENTRY : HOW_KPROBE;
	}
}

static int set_program(struct iputrace_agent *agent, struct attached *at, int fentry, int is_return)
{
	struct bpf_program *program = point_program(agent->object, at->point, fentry, is_return);
	int wanted = fentry == (at->wanted == HOW_FENTRY);

	/* A point of ext4 that is not there yet is attached later, by kprobe. */
	if (!at->function && !at->point->in_ext4)
		wanted = 0;
	bpf_program__set_autoload(program, wanted);
	return wanted && fentry ? bpf_program__set_attach_target(program, 0, at->function) : 0;
}

static int set_programs(struct iputrace_agent *agent)
{
	int i, fentry, ret = 0;

	for (i = 0; i < POINTS && !ret; i++)
		for (fentry = 0; fentry <= 1 && !ret; fentry++) {
			ret = set_program(agent, &agent->points[i], fentry, 0);
			if (!ret && points[i].has_return)
				ret = set_program(agent, &agent->points[i], fentry, 1);
		}
	return ret;
}

static int set_config(struct iputrace_agent *agent)
{
	const struct iputrace_config *config = &agent->config;
	struct bpf_map *map = NULL;

	while ((map = bpf_object__next_map(agent->object, map)))
		if (!strcmp(bpf_map__name(map), IPUTRACE_CONFIG_SECTION))
			return bpf_map__set_initial_value(map, config, sizeof(*config));
	return -ENOENT;
}

static void set_ring_bytes(struct bpf_object *object, const char *name, long bytes)
{
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, name), bytes);
}

static int open_object(struct iputrace_agent *agent)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "iputrace");
	size_t size = iputrace_object_end - iputrace_object;
	int ret;

	if (agent->options.btf[0])
		opts.btf_custom_path = agent->options.btf;
	agent->object = bpf_object__open_mem(iputrace_object, size, &opts);
	if (!agent->object)
		return -errno;
	set_ring_bytes(agent->object, "events", agent->options.ring_bytes);
	set_ring_bytes(agent->object, "rare", agent->options.rare_bytes);
	ret = set_config(agent);
	return ret ? ret : set_programs(agent);
}

static int attach_points(struct iputrace_agent *agent)
{
	int i, ret;

	for (i = 0; i < POINTS; i++) {
		struct attached *at = &agent->points[i];

		if (!at->function)
			continue;
		ret = point_attach(at, agent->object, &agent->tracefs, at->wanted);
		if (ret && (at->wanted == HOW_FENTRY || at->point->required))
			return ret;
	}
	return 0;
}

/* Descriptors are those of the object, or our own where there is none. */
void agent_unload(struct iputrace_agent *agent)
{
	int i;

	for (i = 0; i < POINTS; i++)
		point_detach(&agent->points[i], &agent->tracefs);
	if (!agent->object)
		compiled_unload(agent->points, agent->maps);
	for (i = 0; i < IPUTRACE_MAP_NR; i++)
		agent->maps[i] = -1;
	bpf_object__close(agent->object);
	agent->object = NULL;
}

/* Asks the loaded object for its descriptors. */
static void find_descriptors(struct iputrace_agent *agent)
{
#define RING_NAME(name, bytes)			#name,
#define TABLE_NAME(name, type, key, value, max) #name,
	static const char *const names[] = {IPUTRACE_MAPS(RING_NAME, TABLE_NAME)};
	int i, is_return;

	for (i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++)
		agent->maps[i] = bpf_object__find_map_fd_by_name(agent->object, names[i]);
	for (i = 0; i < POINTS; i++)
		for (is_return = 0; is_return <= points[i].has_return; is_return++)
			agent->points[i].programs[is_return] = bpf_program__fd(
				point_program(agent->object, &points[i], 0, is_return));
}

static int load_and_attach(struct iputrace_agent *agent)
{
	int ret = open_object(agent);

	if (!ret)
		ret = bpf_object__load(agent->object);
	if (ret)
		return ret;
	find_descriptors(agent);
	agent_update_control(agent);
	return attach_points(agent);
}

static int require_points(struct iputrace_agent *agent, struct text *err)
{
	int i;

	for (i = 0; i < POINTS; i++)
		if (points[i].required && !agent->points[i].function) {
			text_add(err, "agent: cannot attach: point=%s, tried=%s: %s",
				 points[i].label, points[i].aliases[0], agent->points[i].why);
			return -ENOENT;
		}
	return 0;
}

/*
 * Where fentry was only preferred, its refusal (5.10: no BPF_FETCH, no module BTF) means kprobes.
 */
static int load_best(struct iputrace_agent *agent, const struct btf *btf, struct text *err)
{
	enum attach_mode mode = agent->options.attach;
	int ret;

	choose(agent, btf, mode);
	ret = load_and_attach(agent);
	if (ret && ret != -EPERM && mode == ATTACH_AUTO) {
		agent_unload(agent);
		refusal_forget();
		choose(agent, btf, ATTACH_KPROBE);
		ret = load_and_attach(agent);
	}
	if (ret)
		refusal_explain(agent, ret, err);
	return ret;
}

static int find_state_bits(struct iputrace_agent *agent, const struct btf *btf)
{
	const __u32 *bits = agent->options.state_bits;
	const struct compiled_head *head = agent->compiled.head;

	if (!bits[0] && !head)
		return kernel_state_bits(btf, &agent->config);
	agent->config.i_will_free = bits[0] ? bits[0] : head->i_will_free;
	agent->config.i_freeing = bits[0] ? bits[1] : head->i_freeing;
	agent->config.i_clear = bits[0] ? bits[2] : head->i_clear;
	return 0;
}

/* Before 5.8 the kernel does not know the map type. Whatever else it refuses is told later. */
static int require_ring(struct text *err)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "iputrace", 0, 0, getpagesize(), NULL);
	struct utsname name;

	if (fd == -EINVAL) {
		uname(&name);
		text_add(err,
			 "agent: this kernel has no BPF ring buffer: kernel=%s: needs 5.8 or "
			 "later; older ones are watched without BPF, by --backend tracefs",
			 name.release);
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return 0;
}

static struct btf *read_btf(const char *path, struct text *err)
{
	struct btf *btf = *path ? btf__parse(path, NULL) : btf__load_vmlinux_btf();
	int number = errno;

	if (!btf)
		text_add(err,
			 "agent: no BTF: path=%s: %s: the kernel needs CONFIG_DEBUG_INFO_BTF, or "
			 "give its "
			 "BTF with btf=FILE",
			 *path ? path : "/sys/kernel/btf/vmlinux",
			 number == ESRCH ? "not found" : strerror(number));
	return btf;
}

/* The functions, and where they lie; 0, or -errno with a text in err when we cannot do without. */
static int find_points(struct iputrace_agent *agent, struct text *err)
{
	int ret = agent_find_functions(agent);

	if (ret)
		text_add(err, "agent: cannot read /proc/kallsyms: %s", strerror(-ret));
	return ret ? ret : require_points(agent, err);
}

static int load_object(struct iputrace_agent *agent, struct text *err)
{
	struct btf *btf = read_btf(agent->options.btf, err);
	int ret;

	if (!btf)
		return -ENOENT;
	ret = find_state_bits(agent, btf);
	if (ret)
		text_add(err, "agent: unknown layout of i_state in struct inode of this kernel");
	if (!ret)
		ret = find_points(agent, err);
	if (!ret) {
		tracefs_open(&agent->tracefs, agent->options.tracefs);
		fill_config(agent);
		ret = load_best(agent, btf, err);
	}
	btf__free(btf);
	return ret;
}

static int load_compiled(struct iputrace_agent *agent, struct text *err)
{
	struct compiled *compiled = &agent->compiled;
	int ret = compiled_read(compiled, &agent->options, err);

	if (!ret)
		ret = find_points(agent, err);
	if (ret)
		return ret;
	find_state_bits(agent, NULL);
	tracefs_open(&agent->tracefs, agent->options.tracefs);
	fill_config(agent);
	choose(agent, NULL, ATTACH_KPROBE);
	ret = compiled_load(compiled, agent->points, &agent->config, &agent->options, agent->maps);
	if (!ret) {
		agent_update_control(agent);
		ret = attach_points(agent);
	}
	if (ret)
		refusal_explain(agent, ret, err);
	return ret;
}

int agent_load(struct iputrace_agent *agent, struct text *err)
{
	int ret;

	refusal_listen();
	ret = require_ring(err);
	if (ret)
		return ret;
	return agent->options.program[0] ? load_compiled(agent, err) : load_object(agent, err);
}

static int follow_point(struct iputrace_agent *agent, struct attached *at, int loaded)
{
	if (loaded && at->how == HOW_NONE && at->function)
		return point_attach(at, agent->object, &agent->tracefs, HOW_KPROBE) == 0;
	if (!loaded && at->how != HOW_NONE) {
		point_detach(at, &agent->tracefs);
		snprintf(at->why, sizeof(at->why), "ext4 was unloaded");
		at->function = NULL;
		return 1;
	}
	return 0;
}

int agent_follow_ext4(struct iputrace_agent *agent)
{
	const struct attached *init = agent_point(agent, IPUTRACE_OP_IO_END_INIT);
	int loaded = agent->ext4_built_in || !access(EXT4_MODULE, F_OK), i, changed = 0;

	if (loaded == (init->how != HOW_NONE))
		return 0;
	if (loaded && agent_find_functions(agent))
		return 0;
	for (i = 0; i < POINTS; i++)
		if (points[i].in_ext4)
			changed |= follow_point(agent, &agent->points[i], loaded);
	if (changed)
		agent_update_control(agent);
	return changed;
}
