// SPDX-License-Identifier: Apache-2.0
#include "profile.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>

#include "agent.h"
#include "load.h"

static __u64 recursion_misses(int program)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (program < 0 || bpf_obj_get_info_by_fd(program, &info, &size))
		return 0;
	return info.recursion_misses;
}

/*
 * struct bpf_link_info of 6.7 for a kprobe of the perf PMU; libbpf 1.1 and older headers lack the
 * last field. The kernel says how much of it it filled. Since 6.7 it also counts what
 * trace_call_bpf skips as recursion_misses (kernel/trace/bpf_trace.c), so both together are all
 * misses.
 */
struct kprobe_link_info {
	__u32 type, id, prog_id, reserved;
	__u32 perf_type, reserved2;
	__u64 func_name;
	__u32 name_len, offset;
	__u64 addr;
	__u64 missed; /* of the kprobe, or nmissed of the kretprobe */
};

static int link_misses(int link, __u64 *misses)
{
	struct kprobe_link_info info = {};
	__u32 size = sizeof(info);

	if (link < 0 || bpf_obj_get_info_by_fd(link, (void *)&info, &size) || size < sizeof(info))
		return 0;
	*misses = info.missed;
	return 1;
}

static __s64 sum_of_cpus(const __u64 *values, int cpus, int stat)
{
	__s64 sum = 0;
	int cpu;

	for (cpu = 0; cpu < cpus; cpu++)
		sum += values[cpu * IPUTRACE_STAT_NR + stat];
	return sum;
}

static int read_map(struct iputrace_agent *agent, __u64 *values)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(agent->maps[IPUTRACE_MAP_stats], &zero, values) ? -errno : 0;
}

/*
 * What the kernel counts of one probe: on CPU 0, as it is of the whole machine. text is that of
 * kprobe_profile, or NULL.
 */
static void read_profile(struct iputrace_agent *agent, struct attached *at, int is_return,
			 const char *text, struct profile *profile)
{
	char name[64];

	if (at->how == HOW_FENTRY) {
		profile->misses = recursion_misses(
			bpf_program__fd(point_program(agent->object, at->point, 1, is_return)));
	} else if (at->how == HOW_KPROBE) {
		point_event_name(at->point, is_return, name, sizeof(name));
		profile->known = text &&
				 !profile_find(text, name, &profile->hits, &profile->misses);
	} else if (at->how == HOW_KPROBE_PMU) {
		profile->counted = link_misses(at->hooks[is_return].link, &profile->misses);
		if (profile->counted)
			profile->misses += recursion_misses(at->programs[is_return]);
	}
}

static void read_profiles(struct iputrace_agent *agent)
{
	char *text = tracefs_profile(&agent->tracefs);
	int i;

	for (i = 0; i < POINTS && !agent->stopped; i++) {
		struct attached *at = &agent->points[i];

		read_profile(agent, at, 0, text, &agent->profiles[at->point->op]);
		if (at->point->has_return)
			read_profile(agent, at, 1, text,
				     &agent->profiles[at->point->op + IPUTRACE_STAT_RETURN]);
	}
	free(text);
}

/*
 * A hit without a run is an event that the kernel skipped in silence. The hits were read before
 * the runs, so the difference is never too large; the largest one seen is the best bound.
 */
static void add_profiles(struct iputrace_agent *agent, __u64 *values, int cpus)
{
	int id;

	for (id = 0; id < IPUTRACE_STAT_HITS; id++) {
		struct profile *profile = &agent->profiles[id];
		__s64 runs = sum_of_cpus(values, cpus, IPUTRACE_STAT_RUNS + id);
		__s64 silent = (__s64)profile->hits - profile->base - runs;

		values[IPUTRACE_STAT_MISSES + id] = profile->misses;
		values[IPUTRACE_STAT_HITS + id] = IPUTRACE_STAT_UNKNOWN;
		if (profile->counted) /* each hit ran or was counted as missed */
			values[IPUTRACE_STAT_HITS + id] = runs;
		if (!profile->known)
			continue;
		if (silent > profile->silent && !agent->stopped)
			profile->silent = silent;
		values[IPUTRACE_STAT_HITS + id] = runs + profile->silent;
	}
}

/*
 * Takes the present difference of hits and runs as the start: the probe was hit before its program
 * came.
 */
static void set_profile_bases(struct iputrace_agent *agent, __u64 *values, int cpus)
{
	int id, try;

	for (try = 0; try < 8; try++) {
		if (read_map(agent, values))
			return;
		read_profiles(agent);
		for (id = 0; id < IPUTRACE_STAT_HITS; id++) {
			struct profile *profile = &agent->profiles[id];
			__s64 base = (__s64)profile->hits - profile->silent -
				     sum_of_cpus(values, cpus, IPUTRACE_STAT_RUNS + id);

			if (!try || base < profile->base)
				profile->base = base;
		}
	}
}

void profiles_start(struct iputrace_agent *agent)
{
	int cpus = libbpf_num_possible_cpus();
	__u64 *values = calloc(cpus, IPUTRACE_STAT_NR * sizeof(__u64));

	if (values)
		set_profile_bases(agent, values, cpus);
	free(values);
}

int profiles_read(struct iputrace_agent *agent, __u64 *values, int cpus)
{
	int ret;

	read_profiles(agent);
	ret = read_map(agent, values);
	if (!ret)
		add_profiles(agent, values, cpus);
	return ret;
}
