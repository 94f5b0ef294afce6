// SPDX-License-Identifier: Apache-2.0
#include "attach.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct bpf_program *point_program(struct bpf_object *object, const struct point *point, int fentry,
				  int is_return)
{
	char name[32];

	snprintf(name, sizeof(name), "%c_%s%s", fentry ? 'f' : 'k', point->label,
		 is_return ? "_ret" : "");
	return bpf_object__find_program_by_name(object, name);
}

void point_event_name(const struct point *point, int is_return, char *out, size_t size)
{
	snprintf(out, size, "%s%s_%d", point->label, is_return ? "_ret" : "", getpid());
}

static struct bpf_link *attach_pmu(struct bpf_program *program, const char *function, int is_return)
{
	LIBBPF_OPTS(bpf_kprobe_opts, opts, .retprobe = is_return);

	return bpf_program__attach_kprobe_opts(program, function, &opts);
}

static struct bpf_link *attach_tracefs(struct attached *attached, struct tracefs *tracefs,
				       struct bpf_program *program, int is_return)
{
	struct bpf_link *link;
	char name[64];
	int fd;

	point_event_name(attached->point, is_return, name, sizeof(name));
	fd = tracefs_kprobe(tracefs, name, attached->function, is_return);
	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	link = bpf_program__attach_perf_event(program, fd);
	if (!link) {
		int err = errno;

		close(fd);
		errno = err;
	}
	return link;
}

static struct bpf_link *attach_one(struct attached *attached, struct bpf_object *object,
				   struct tracefs *tracefs, int is_return)
{
	struct bpf_program *program = point_program(object, attached->point,
						    attached->how == HOW_FENTRY, is_return);

	if (!program) {
		errno = ENOENT;
		return NULL;
	}
	switch (attached->how) {
	case HOW_FENTRY:
		return bpf_program__attach(program);
	case HOW_KPROBE:
		return attach_tracefs(attached, tracefs, program, is_return);
	default:
		return attach_pmu(program, attached->function, is_return);
	}
}

/*
 * The return first: the entry kprobe, added last, runs first and still sees the true return
 * address.
 */
static int attach_both(struct attached *attached, struct bpf_object *object,
		       struct tracefs *tracefs)
{
	if (attached->point->has_return) {
		attached->exit = attach_one(attached, object, tracefs, 1);
		if (!attached->exit)
			return -errno;
	}
	attached->entry = attach_one(attached, object, tracefs, 0);
	return attached->entry ? 0 : -errno;
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
	bpf_link__destroy(attached->entry);
	bpf_link__destroy(attached->exit);
	attached->entry = attached->exit = NULL;
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
