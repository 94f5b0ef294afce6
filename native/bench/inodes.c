// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "inodes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE      (2 << 20)
#define GENERATION_MAX 1023
#define SINCE_SHIFT    16 /* of ns */
#define MARGIN_UNITS   2 /* events so soon after a death may have overtaken it */

void *table_create(size_t keys, size_t slot_size, size_t *mask, int *shift)
{
	size_t slots = 1024, bytes;
	void *table = NULL;

	*shift = 64 - 10;
	while (slots < 2 * keys) {
		slots *= 2;
		--*shift;
	}
	*mask = slots - 1;
	bytes = slots * slot_size;
	if (posix_memalign(&table, HUGE_PAGE, (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE))
		return NULL;
	madvise(table, bytes, MADV_HUGEPAGE);
	memset(table, 0, bytes);
	return table;
}

int inodes_create(struct inodes *inodes, size_t count)
{
	*inodes = (struct inodes){};
	inodes->slots = table_create(count, sizeof(*inodes->slots), &inodes->mask, &inodes->shift);
	return inodes->slots ? 0 : -ENOMEM;
}

static struct inode *slot(struct inodes *inodes, __u64 inode)
{
	size_t i = inode * FIBONACCI >> inodes->shift;

	while (inodes->slots[i].inode != inode && inodes->slots[i].inode)
		i = (i + 1) & inodes->mask;
	return &inodes->slots[i];
}

struct inode *inodes_find(struct inodes *inodes, __u64 inode)
{
	struct inode *found = slot(inodes, inode);

	return found->inode ? found : NULL;
}

void inodes_prefetch(const struct inodes *inodes, __u64 inode)
{
	__builtin_prefetch(&inodes->slots[inode * FIBONACCI >> inodes->shift]);
}

static __u32 since(const struct iputrace_event *event)
{
	return event->ts_ns >> SINCE_SHIFT;
}

static __u32 identity(const struct iputrace_event *event)
{
	__u64 hash = (event->i_ino ^ (__u64)event->s_dev << 40) * FIBONACCI;

	return hash >> 54 ? hash >> 54 : 1;
}

/* 0 for one that found no room. */
static __u32 device(struct inodes *inodes, __u32 s_dev)
{
	unsigned int i;

	for (i = 0; i < inodes->device_count; i++) {
		if (inodes->devices[i] == s_dev)
			return i + 1;
	}
	if (i == DEVICES_MAX)
		return 0;
	inodes->devices[i] = s_dev;
	return ++inodes->device_count;
}

/* A life begins, and forgets all that belonged to the one before. */
static void born(struct inodes *inodes, struct inode *inode, const struct iputrace_event *event,
		 enum phase phase)
{
	*inode = (struct inode){
		.inode = event->inode,
		.phase = phase,
		.dev = device(inodes, event->s_dev),
		.generation = inode->generation + (inode->generation < GENERATION_MAX),
		.since = since(event),
	};
}

static void unseen(struct inodes *inodes, struct inode *inode, const struct iputrace_event *event)
{
	born(inodes, inode, event, UNSEEN);
	inode->identity = identity(event);
}

/* The memory keeps I_CLEAR until it is initialised again. Counted once per death. */
static void after_death(struct inodes *inodes, struct inode *inode,
			const struct iputrace_event *event)
{
	__s32 units = since(event) - inode->since;

	if (units < 0 || (units < MARGIN_UNITS && !(event->flags & IPUTRACE_CLEAR)))
		return;
	inodes->used_dead++;
	unseen(inodes, inode, event);
}

void inode_birth(struct inodes *inodes, const struct iputrace_event *event)
{
	struct inode *inode = slot(inodes, event->inode);

	if (inode->generation && inode->phase != DEAD)
		inodes->unseen_deaths++;
	born(inodes, inode, event, ALIVE);
}

static struct inode *known_alive(struct inodes *inodes, const struct iputrace_event *event)
{
	struct inode *inode = slot(inodes, event->inode);

	if (!inode->inode)
		unseen(inodes, inode, event);
	else if (inode->phase == DEAD)
		after_death(inodes, inode, event);
	return inode;
}

static void set_phase(struct inode *inode, enum phase phase, const struct iputrace_event *event)
{
	inode->phase = phase;
	inode->since = since(event);
}

void inode_dying(struct inodes *inodes, const struct iputrace_event *event, enum phase phase)
{
	set_phase(known_alive(inodes, event), phase, event);
}

void inode_death(struct inodes *inodes, const struct iputrace_event *event)
{
	struct inode *inode = known_alive(inodes, event);

	if (event->flags & DYING_FLAGS && inode->phase == ALIVE)
		inodes->unseen_evicts++;
	set_phase(inode, DEAD, event);
}

struct inode *inode_touch(struct inodes *inodes, const struct iputrace_event *event)
{
	struct inode *inode = slot(inodes, event->inode);
	__u32 now;

	if (!inode->inode)
		return NULL;
	if (inode->phase == DEAD) {
		after_death(inodes, inode, event);
		return inode;
	}
	now = identity(event);
	if (now != inode->identity) {
		if (inode->identity) {
			inodes->unseen_births++;
			born(inodes, inode, event, UNSEEN);
		}
		inode->identity = now;
	}
	return inode;
}

struct inode *inode_remember(struct inodes *inodes, const struct iputrace_event *event)
{
	struct inode *inode = inode_touch(inodes, event);

	if (!inode) {
		inode = slot(inodes, event->inode);
		unseen(inodes, inode, event);
	}
	return inode;
}
