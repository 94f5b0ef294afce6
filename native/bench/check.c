// SPDX-License-Identifier: Apache-2.0
#include "check.h"

#include <errno.h>
#include <stdlib.h>

#define DYING (IPUTRACE_FREEING | IPUTRACE_CLEAR)

int check_create(struct check *check, size_t inodes)
{
	size_t slots = 1024;

	*check = (struct check){.shift = 64 - 10};
	while (slots < 4 * inodes) {
		slots *= 2;
		check->shift--;
	}
	check->mask = slots - 1;
	check->inodes = calloc(slots, sizeof(*check->inodes));
	check->io_ends = calloc(slots, sizeof(*check->io_ends));
	return check->inodes && check->io_ends ? 0 : -ENOMEM;
}

/* Nothing is ever removed: in the rig, addresses come from a fixed set. */
static struct check_slot *find(struct check *check, struct check_slot *table, __u64 key)
{
	size_t i = key * 0x9e3779b97f4a7c15ull >> check->shift;

	while (table[i].key != key && table[i].key)
		i = (i + 1) & check->mask;
	table[i].key = key;
	return &table[i];
}

static void follow_seq(struct check *check, const struct iputrace_event *event)
{
	__u32 *next = &check->next_seq[event->cpu % CHECK_CPUS_MAX];

	if (event->seq != *next)
		check->lost += event->seq - *next;
	*next = event->seq + 1;
}

static void check_io_end(struct check *check, const struct iputrace_event *event, __u32 live)
{
	struct check_slot *slot = find(check, check->io_ends, event->io_end);

	if (slot->live == live)
		check->violations++;
	slot->live = live;
	slot->ts_ns = event->ts_ns;
}

static int breaks_rule(const struct iputrace_event *event)
{
	switch (event->op) {
	case IPUTRACE_OP_IPUT:
		return event->i_count < 1 || event->flags & DYING;
	case IPUTRACE_OP_IHOLD:
		return event->i_count < 1;
	case IPUTRACE_OP_EVICT:
	case IPUTRACE_OP_CLEAR:
	case IPUTRACE_OP_DEATH:
		return event->i_count != 0;
	}
	return 0;
}

void check_event(struct check *check, const struct iputrace_event *event)
{
	struct check_slot *slot;

	check->events++;
	follow_seq(check, event);
	if (event->op == IPUTRACE_OP_IO_END_INIT || event->op == IPUTRACE_OP_IO_END_FREE)
		check_io_end(check, event, event->op == IPUTRACE_OP_IO_END_INIT);
	if (!event->inode)
		return;
	slot = find(check, check->inodes, event->inode);
	if (slot->i_ino != event->i_ino) {
		check->reused += slot->i_ino != 0;
		slot->i_ino = event->i_ino;
	}
	slot->ts_ns = event->ts_ns;
	slot->events++;
	check->violations += breaks_rule(event);
}
