// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "attach.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void point_init(struct attached *attached, const struct point *point)
{
	int is_return;

	attached->point = point;
	for (is_return = 0; is_return <= 1; is_return++)
		attached->programs[is_return] = attached->hooks[is_return]
							.event = attached->hooks[is_return]
									 .link = -1;
}

void point_program_name(const struct point *point, int fentry, int is_return, char *out,
			size_t size)
{
	snprintf(out, size, "%c_%s%s", fentry ? 'f' : 'k', point->label, is_return ? "_ret" : "");
}

struct bpf_program *point_program(struct bpf_object *object, const struct point *point, int fentry,
				  int is_return)
{
	char name[32];

	point_program_name(point, fentry, is_return, name, sizeof(name));
	return bpf_object__find_program_by_name(object, name);
}

void point_event_name(const struct point *point, int is_return, char *out, size_t size)
{
	snprintf(out, size, "%s%s_%d", point->label, is_return ? "_ret" : "", getpid());
}

/* A number out of a file of the perf PMU "kprobe" (4.17), or -errno. */
static int pmu_number(const char *name, const char *format)
{
	char path[96];
	int number = -ENOENT;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/kprobe/%s", name);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	if (fscanf(file, format, &number) != 1)
		number = -EINVAL;
	fclose(file);
	return number;
}

/* A perf event without a trace event: nobody tells how often it was hit. */
static int pmu_kprobe(const char *function, int is_return)
{
	struct perf_event_attr attr = {.size = sizeof(attr)};
	int fd, type = pmu_number("type", "%d"), bit = pmu_number("format/retprobe", "config:%d");

	if (type < 0 || bit < 0)
		return type < 0 ? type : bit;
	attr.type = type;
	attr.config = is_return ? 1ULL << bit : 0;
	attr.kprobe_func = (__u64)(uintptr_t)function;
	fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A link tells of misses (6.7), but needs 5.15. */
static int run_at(struct hook *hook, int program, int event)
{
	hook->link = bpf_link_create(program, event, BPF_PERF_EVENT, NULL);
	if (hook->link < 0 && ioctl(event, PERF_EVENT_IOC_SET_BPF, program))
		return -errno;
	if (ioctl(event, PERF_EVENT_IOC_ENABLE, 0))
		return -errno;
	hook->event = event;
	return 0;
}

static void unhook(struct hook *hook)
{
	bpf_link__destroy(hook->fentry);
	hook->fentry = NULL;
	if (hook->link >= 0)
		close(hook->link);
	if (hook->event >= 0)
		close(hook->event);
	hook->link = hook->event = -1;
}

static int attach_kprobe(struct attached *attached, struct tracefs *tracefs, int is_return)
{
	char name[64];
	int fd, ret;

	if (attached->programs[is_return] < 0)
		return -ENOENT;
	point_event_name(attached->point, is_return, name, sizeof(name));
	fd = attached->how == HOW_KPROBE
		     ? tracefs_kprobe(tracefs, name, attached->function, is_return)
		     : pmu_kprobe(attached->function, is_return);
	if (fd < 0)
		return fd;
	ret = run_at(&attached->hooks[is_return], attached->programs[is_return], fd);
	if (ret) {
		unhook(&attached->hooks[is_return]);
		close(fd);
	}
	return ret;
}

static int attach_fentry(struct attached *attached, struct bpf_object *object, int is_return)
{
	struct bpf_program *program = point_program(object, attached->point, 1, is_return);

	if (!program)
		return -ENOENT;
	attached->hooks[is_return].fentry = bpf_program__attach(program);
	return attached->hooks[is_return].fentry ? 0 : -errno;
}

static int attach_one(struct attached *attached, struct bpf_object *object, struct tracefs *tracefs,
		      int is_return)
{
	return attached->how == HOW_FENTRY ? attach_fentry(attached, object, is_return)
					   : attach_kprobe(attached, tracefs, is_return);
}

/*
 * The return first: the entry kprobe, added last, runs first and still sees the true return
 * address.
 */
static int attach_both(struct attached *attached, struct bpf_object *object,
		       struct tracefs *tracefs)
{
	int ret = attached->point->has_return ? attach_one(attached, object, tracefs, 1) : 0;

	return ret ? ret : attach_one(attached, object, tracefs, 0);
}

int point_attach(struct attached *attached, struct bpf_object *object, struct tracefs *tracefs,
		 enum point_how how)
{
	int ret;

	attached->how = how == HOW_KPROBE && tracefs->dir < 0 ? HOW_KPROBE_PMU : how;
	ret = attach_both(attached, object, tracefs);
	if (ret && attached->how == HOW_KPROBE) {
		point_detach(attached, tracefs);
		attached->how = HOW_KPROBE_PMU;
		ret = attach_both(attached, object, tracefs);
	}
	if (!ret) {
		attached->why[0] = 0;
		return 0;
	}
	point_detach(attached, tracefs);
	snprintf(attached->why, sizeof(attached->why), "%s refused on %s: %s",
		 how == HOW_FENTRY ? "fentry" : "kprobe", attached->function, strerror(-ret));
	return ret;
}

void point_release(struct attached *attached)
{
	int is_return;

	for (is_return = 0; is_return <= 1; is_return++)
		unhook(&attached->hooks[is_return]);
}

void point_detach(struct attached *attached, struct tracefs *tracefs)
{
	char name[64];
	int is_return;

	point_release(attached);
	for (is_return = 0; is_return <= 1 && attached->how == HOW_KPROBE; is_return++) {
		point_event_name(attached->point, is_return, name, sizeof(name));
		tracefs_remove(tracefs, name);
	}
	attached->how = HOW_NONE;
}
