// SPDX-License-Identifier: Apache-2.0
#include "io_ends.h"

#include <errno.h>

#define OVERLAP_NS  1000000000ull /* an init may be told behind the free of the last user */
#define IO_ENDS_MAX 15

int io_ends_create(struct io_ends *io_ends, size_t count)
{
	*io_ends = (struct io_ends){};
	io_ends->slots = table_create(count, sizeof(*io_ends->slots), &io_ends->mask,
				      &io_ends->shift);
	return io_ends->slots ? 0 : -ENOMEM;
}

/* Nothing is ever removed: here, addresses come from a fixed set. */
static struct io_end *slot(struct io_ends *io_ends, __u64 io_end)
{
	size_t i = io_end * FIBONACCI >> io_ends->shift;

	while (io_ends->slots[i].io_end != io_end && io_ends->slots[i].io_end)
		i = (i + 1) & io_ends->mask;
	return &io_ends->slots[i];
}

void io_end_init(struct io_ends *io_ends, struct inodes *inodes, const struct iputrace_event *event)
{
	struct inode *inode = inode_remember(inodes, event);
	struct io_end *io_end;
	bool overlap;

	if (!event->io_end)
		return;
	io_ends->window_entered += !!(event->flags & IPUTRACE_FREEING);
	io_end = slot(io_ends, event->io_end);
	overlap = io_end->live;
	if (overlap && io_end->overlap)
		io_ends->unseen_frees++;
	*io_end = (struct io_end){
		.io_end = event->io_end,
		.inode = event->inode,
		.ts_ns = event->ts_ns,
		.live = true,
		.unpinned = !!(event->flags & IPUTRACE_REFUSED),
		.overlap = overlap,
		.generation = inode->generation,
	};
	inode->io_ends += inode->io_ends < IO_ENDS_MAX;
}

static void unlink_inode(struct inodes *inodes, const struct io_end *io_end)
{
	struct inode *inode = inodes_find(inodes, io_end->inode);

	if (inode && inode->io_ends && inode->generation == io_end->generation)
		inode->io_ends--;
}

__u64 io_end_free(struct io_ends *io_ends, struct inodes *inodes,
		  const struct iputrace_event *event)
{
	struct io_end *io_end = slot(io_ends, event->io_end);

	if (!io_end->io_end) {
		io_ends->unseen_inits++;
		*io_end = (struct io_end){.io_end = event->io_end, .ts_ns = event->ts_ns};
		return 0;
	}
	if (!io_end->live) {
		io_ends->freed_twice++;
		io_end->ts_ns = event->ts_ns;
		return io_end->inode;
	}
	io_ends->frees[event->tid % FREES] = (struct freed){
		.tid = event->tid,
		.io_end = event->io_end,
		.inode = io_end->inode,
		.unpinned_since_ns = io_end->unpinned ? io_end->ts_ns : 0,
	};
	unlink_inode(inodes, io_end);
	if (io_end->overlap && event->ts_ns - io_end->ts_ns < OVERLAP_NS) {
		io_end->overlap = false;
		return io_end->inode;
	}
	io_ends->unseen_frees += io_end->overlap;
	io_end->live = io_end->unpinned = io_end->overlap = false;
	io_end->ts_ns = event->ts_ns;
	return io_end->inode;
}

void io_end_put(struct io_ends *io_ends, const struct iputrace_event *event, bool innocent)
{
	struct freed *freed = &io_ends->frees[event->tid % FREES];

	if (freed->tid != event->tid || freed->inode != event->inode)
		return;
	freed->inode = 0;
	io_ends->put_unpinned += innocent && freed->unpinned_since_ns;
}
