// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "agent.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "load.h"
#include "profile.h"
#include "ring.h"
#include "selfcheck.h"

static void add_points(struct iputrace_agent *agent, struct text *out)
{
	static const char *const how[] = {"none", "kprobe", "kprobe-pmu", "fentry"};
	int i;

	for (i = 0; i < POINTS; i++) {
		const struct attached *at = &agent->points[i];
		const char *name = at->how == HOW_FENTRY && at->point->has_return ? "fexit"
										  : how[at->how];

		if (at->how == HOW_NONE)
			text_add(out, "missing.%s=%s\n", at->point->label, at->why);
		else
			text_add(out, "probe.%s=%s:%s\n", at->point->label, name, at->function);
	}
}

static void add_compiler(struct iputrace_agent *agent, struct text *out)
{
	int length;
	const char *lines = compiled_text(&agent->compiled, &length);

	text_add(out, "%.*s", length, lines);
}

int iputrace_agent_provenance(struct iputrace_agent *agent, char *out, size_t size)
{
	struct text text = {.bytes = out, .size = size};
	const struct options *options = &agent->options;
	const struct iputrace_config *config = &agent->config;

	if (!size)
		return 0;
	text_clear(&text);
	text_add(&text, "source=%s\nabi=%d\nbpf_rules=%d\n",
		 agent->compiled.head ? "bcc" : "libbpf", IPUTRACE_ABI_VERSION, !agent->bits.wrong);
	kernel_identity(&text);
	text_add(&text, "level=%s\n", options->full ? "full" : "guard");
	if (config->s_dev)
		text_add(&text, "dev=%u:%u\n", config->s_dev >> 20, config->s_dev & 0xfffff);
	text_add(&text, "magic=0x%llx\n", config->s_magic);
	text_add(&text, "i_will_free=0x%x\ni_freeing=0x%x\ni_clear=0x%x\n", config->i_will_free,
		 config->i_freeing, config->i_clear);
	state_bits_provenance(&agent->bits, config, &text);
	text_add(&text, "ring_bytes=%ld\nrare_bytes=%ld\n", options->ring_bytes,
		 options->rare_bytes);
	if (agent->compiled.head)
		add_compiler(agent, &text);
	add_points(agent, &text);
	text_add(&text, "self_check=%s\n", agent->self_check);
	return text.length;
}

int iputrace_agent_ring_fd(struct iputrace_agent *agent, int ring)
{
	return agent->maps[ring == IPUTRACE_RING_RARE ? IPUTRACE_MAP_rare : IPUTRACE_MAP_events];
}

long iputrace_agent_ring_size(struct iputrace_agent *agent, int ring)
{
	return ring == IPUTRACE_RING_RARE ? agent->options.rare_bytes : agent->options.ring_bytes;
}

static __u64 wrong_bits(const __u64 *values, int cpus)
{
	__u64 sum = 0;
	int cpu;

	for (cpu = 0; cpu < cpus; cpu++)
		sum += values[cpu * IPUTRACE_STAT_NR + IPUTRACE_STAT_WRONG_BITS];
	return sum;
}

int iputrace_agent_stats(struct iputrace_agent *agent, __u64 *out, int cpus_max)
{
	int ret, cpus = libbpf_num_possible_cpus();
	size_t row = IPUTRACE_STAT_NR * sizeof(__u64);
	__u64 *values;

	if (cpus < 0)
		return cpus;
	values = calloc(cpus, row);
	if (!values)
		return -ENOMEM;
	ret = profiles_read(agent, values, cpus);
	if (!ret) {
		agent->bits_changed |= state_bits_count(&agent->bits, wrong_bits(values, cpus));
		ret = cpus < cpus_max ? cpus : cpus_max;
		memcpy(out, values, row * ret);
	}
	free(values);
	return ret;
}

int iputrace_agent_wait(struct iputrace_agent *agent, int timeout_ms)
{
	struct pollfd fd = {.fd = agent->maps[IPUTRACE_MAP_rare], .events = POLLIN};
	int ret = poll(&fd, 1, timeout_ms);

	return ret < 0 ? -errno : ret;
}

/* Hits go with the tracefs events, so they are read until the last moment. */
void iputrace_agent_stop(struct iputrace_agent *agent)
{
	__u64 ignored[IPUTRACE_STAT_NR];
	int i;

	if (agent->stopped)
		return;
	for (i = 0; i < 8; i++)
		iputrace_agent_stats(agent, ignored, 1);
	for (i = 0; i < POINTS; i++)
		point_release(&agent->points[i]);
	tracefs_close(&agent->tracefs);
	alarm_stop(agent->alarms.kmsg);
	alarm_stop(agent->alarms.file);
	agent->stopped = 1;
}

int iputrace_agent_tick(struct iputrace_agent *agent)
{
	int changed = agent->bits_changed;

	agent->bits_changed = 0;
	if (agent->stopped || !agent_follow_ext4(agent))
		return changed;
	profiles_start(agent);
	return 1;
}

void iputrace_agent_close(struct iputrace_agent *agent)
{
	if (!agent)
		return;
	if (agent->maps[IPUTRACE_MAP_stats] >= 0)
		iputrace_agent_stop(agent);
	tracefs_close(&agent->tracefs);
	alarm_free(agent->alarms.kmsg);
	alarm_free(agent->alarms.file);
	agent_unload(agent);
	compiled_free(&agent->compiled);
	free(agent);
}

static struct alarm *start_alarm(struct iputrace_agent *agent, const struct alarm_sink *sink,
				 const char *path)
{
	struct text why = {agent->alarms.refused, sizeof(agent->alarms.refused),
			   strlen(agent->alarms.refused)};

	if (!path)
		return NULL;
	return alarm_start(sink, path, agent->maps[IPUTRACE_MAP_rare], agent->options.rare_bytes,
			   &why);
}

void iputrace_agent_put_out(struct iputrace_agent *agent, const char *evidence, const char *kmsg)
{
	agent->alarms.kmsg = start_alarm(agent, &alarm_kmsg, kmsg);
	agent->alarms.file = start_alarm(agent, &alarm_file, evidence);
}

int iputrace_agent_evidence(struct iputrace_agent *agent, char *out, size_t size)
{
	struct text text = {.bytes = out, .size = size};

	if (!size)
		return 0;
	text_clear(&text);
	if (agent->alarms.kmsg)
		alarm_report(agent->alarms.kmsg, "kmsg", &text);
	if (agent->alarms.file)
		alarm_report(agent->alarms.file, "evidence", &text);
	if (*agent->alarms.refused)
		text_add(&text, "refused=%s\n", agent->alarms.refused);
	return text.length;
}

static int self_check(struct iputrace_agent *agent, struct text *err)
{
	struct self_check check = {};
	struct ring events;
	int ret;

	if (!agent->options.self_check)
		return snprintf(agent->self_check, sizeof(agent->self_check), "off"), 0;
	if (*agent->options.mount && strlen(agent->options.mount) < sizeof(check.dir))
		strcpy(check.dir, agent->options.mount);
	else if (self_check_find_dir(&check, agent->options.dev))
		return snprintf(agent->self_check, sizeof(agent->self_check),
				"skipped: no writable ext4 is mounted"),
		       0;
	ret = ring_map(&events, agent->maps[IPUTRACE_MAP_events], agent->options.ring_bytes);
	if (ret) {
		text_add(err, "agent: cannot map the events ring: %s", strerror(-ret));
		return ret;
	}
	agent->control.watched_tid = gettid();
	agent_update_control(agent);
	ret = self_check_act(&check, err);
	agent->control.watched_tid = 0;
	agent_update_control(agent);
	if (!ret)
		ret = self_check_judge(&check, &events, err);
	ring_unmap(&events);
	state_bits_judge(&agent->bits, &agent->config, &check);
	if (!ret && check.dying && !agent->bits.wrong) {
		text_add(err, "%d iputs of inode %llu came with I_FREEING or I_CLEAR", check.dying,
			 check.i_ino);
		ret = -EIO;
	}
	snprintf(agent->self_check, sizeof(agent->self_check),
		 "passed: %d iputs of inode %llu in %s", check.puts, check.i_ino, check.dir);
	return ret;
}

struct iputrace_agent *iputrace_agent_open(const char *options, char *err, size_t err_size)
{
	struct text why = {.bytes = err, .size = err_size};
	struct iputrace_agent *agent = calloc(1, sizeof(*agent));
	int i;

	text_clear(&why);
	if (!agent) {
		text_add(&why, "agent: out of memory");
		return NULL;
	}
	agent->tracefs.dir = agent->tracefs.janitor = -1;
	for (i = 0; i < POINTS; i++)
		point_init(&agent->points[i], &points[i]);
	for (i = 0; i < IPUTRACE_MAP_NR; i++)
		agent->maps[i] = -1;
	if (options_parse(&agent->options, options, &why) || agent_load(agent, &why))
		goto fail;
	profiles_start(agent);
	if (!self_check(agent, &why))
		return agent;
	text_add(&why, " (self-check in the probes of this kernel failed: they are not trusted)");
fail:
	iputrace_agent_close(agent);
	return NULL;
}
