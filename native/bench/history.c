// SPDX-License-Identifier: Apache-2.0
#include "history.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

/* i_state of 2.6.32 .. 6.11 */
#define I_FREEING 0x20
#define I_CLEAR	  0x40

#define SLAB	       0xffff888100000000ull
#define INODE_SIZE     1088 /* the stride of ext4's slab */
#define IO_END_SIZE    64
#define S_DEV	       (8 << 20 | 1)
#define STEPS_AN_INODE 8
#define REFS_MAX       4 /* taken at once, beyond that of the dentry */
#define DYING_SHARE    16 /* one inode in so many dies and is born again in each round */

enum { CALLER_OPEN = 1, CALLER_CLOSE, CALLER_IO_END_INIT, CALLER_IO_END_FREE, CALLER_DENTRY };

struct inode {
	int i_count;
	int io_ends;
};

struct maker {
	struct history *history;
	struct inode *inodes;
	size_t inodes_nr;
	size_t room;
	__u64 random;
};

static __u64 next_random(struct maker *maker)
{
	maker->random ^= maker->random << 13;
	maker->random ^= maker->random >> 7;
	maker->random ^= maker->random << 17;
	return maker->random;
}

/* Skewed: the product of two uniform draws; half of all events fall on a fifth of the inodes. */
static size_t pick(struct maker *maker)
{
	__u64 random = next_random(maker);
	__u64 draw = (random & 0xffffffff) * (random >> 32) >> 32;

	return draw * maker->inodes_nr >> 32;
}

/* Hot inodes lie scattered over the slab. */
static __u64 slab_index(struct maker *maker, size_t index)
{
	return index * 2654435761u % (maker->inodes_nr | 1);
}

static struct iputrace_event *emit(struct maker *maker, size_t index, int op, int i_state)
{
	struct iputrace_event *cell = &maker->history->cells[maker->history->count];
	__u64 place = slab_index(maker, index);

	if (maker->history->count == maker->room)
		abort();
	maker->history->count++;
	*cell = (struct iputrace_event){
		.op = op,
		.inode = SLAB + place * INODE_SIZE,
		.i_ino = place + 11,
		.s_dev = S_DEV,
		.i_count = maker->inodes[index].i_count,
		.i_state = i_state,
		.tid = 1000 + index % 4,
	};
	cell->flags = (i_state & I_FREEING ? IPUTRACE_FREEING : 0) |
		      (i_state & I_CLEAR ? IPUTRACE_CLEAR : 0);
	return cell;
}

static void emit_call(struct maker *maker, size_t index, int op, int caller, int flags)
{
	struct iputrace_event *cell = emit(maker, index, op, 0);

	cell->caller = 0xffffffff81000000ull + caller * 0x1000;
	cell->flags |= flags;
	maker->inodes[index].i_count += op == IPUTRACE_OP_IGRAB ? 1 : -1;
}

static __u64 io_end(struct maker *maker, size_t index)
{
	return SLAB + (1ull << 36) +
	       (slab_index(maker, index) * REFS_MAX + maker->inodes[index].io_ends) * IO_END_SIZE;
}

static void start_io(struct maker *maker, size_t index)
{
	emit_call(maker, index, IPUTRACE_OP_IGRAB, CALLER_IO_END_INIT, IPUTRACE_IN_IO_END_INIT);
	emit(maker, index, IPUTRACE_OP_IO_END_INIT, 0)->io_end = io_end(maker, index);
	maker->inodes[index].io_ends++;
}

static void end_io(struct maker *maker, size_t index)
{
	struct iputrace_event *cell;

	maker->inodes[index].io_ends--;
	cell = emit(maker, index, IPUTRACE_OP_IO_END_FREE, 0);
	*cell = (struct iputrace_event){.op = cell->op, .tid = cell->tid};
	cell->io_end = io_end(maker, index);
	emit_call(maker, index, IPUTRACE_OP_IPUT, CALLER_IO_END_FREE, IPUTRACE_IN_IO_END_FREE);
}

static void give_back(struct maker *maker, size_t index)
{
	struct inode *inode = &maker->inodes[index];

	if (inode->io_ends && (inode->i_count == 1 + inode->io_ends || next_random(maker) & 1))
		end_io(maker, index);
	else
		emit_call(maker, index, IPUTRACE_OP_IPUT, CALLER_CLOSE, 0);
}

/* The dentry's reference goes, the inode is evicted, its memory becomes another inode. */
static void die_and_be_born(struct maker *maker, size_t index)
{
	emit_call(maker, index, IPUTRACE_OP_IPUT, CALLER_DENTRY, 0);
	emit(maker, index, IPUTRACE_OP_EVICT, I_FREEING);
	emit(maker, index, IPUTRACE_OP_CLEAR, I_FREEING);
	emit(maker, index, IPUTRACE_OP_DEATH, I_FREEING | I_CLEAR);
	maker->inodes[index].i_count = 1;
	emit(maker, index, IPUTRACE_OP_BIRTH, 0);
}

static void walk(struct maker *maker)
{
	size_t step, index;

	for (step = 0; step < maker->inodes_nr * STEPS_AN_INODE; step++) {
		index = pick(maker);
		if (maker->inodes[index].i_count > REFS_MAX)
			give_back(maker, index);
		else if (maker->inodes[index].i_count > 1 && next_random(maker) & 1)
			give_back(maker, index);
		else if (next_random(maker) % 3)
			emit_call(maker, index, IPUTRACE_OP_IGRAB, CALLER_OPEN, 0);
		else
			start_io(maker, index);
	}
	for (index = 0; index < maker->inodes_nr; index++) {
		while (maker->inodes[index].i_count > 1)
			give_back(maker, index);
		if (index % DYING_SHARE == 0)
			die_and_be_born(maker, index);
	}
}

static void spoil(struct history *history, size_t bad)
{
	size_t n, i;

	for (n = 0; n < bad; n++) {
		i = history->count / bad * n;
		while (i < history->count && (history->cells[i].op != IPUTRACE_OP_IPUT ||
					      history->cells[i].flags & IPUTRACE_FREEING))
			i++;
		if (i == history->count)
			return;
		history->cells[i].i_state |= I_FREEING;
		history->cells[i].flags |= IPUTRACE_FREEING | IPUTRACE_BROKEN_RULE;
	}
}

int history_make(struct history *history, size_t inodes, size_t bad)
{
	struct maker maker = {
		.history = history, .inodes_nr = inodes, .random = 88172645463325252ull};
	size_t index;

	/* A step is at most two events, giving back all that is held two more for each. */
	maker.room = inodes * (2 * STEPS_AN_INODE + 2 * (REFS_MAX + 1) + 5);
	*history = (struct history){.cells = calloc(maker.room, sizeof(*history->cells))};
	maker.inodes = calloc(inodes, sizeof(*maker.inodes));
	if (!history->cells || !maker.inodes) {
		free(maker.inodes);
		history_free(history);
		return -ENOMEM;
	}
	for (index = 0; index < inodes; index++)
		maker.inodes[index].i_count = 1;
	walk(&maker);
	spoil(history, bad);
	free(maker.inodes);
	return 0;
}

void history_free(struct history *history)
{
	free(history->cells);
	*history = (struct history){};
}
