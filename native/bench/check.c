// SPDX-License-Identifier: Apache-2.0
#include "check.h"

#include <errno.h>

#define PROBES_MAX 16

int check_create(struct check *check, size_t inodes)
{
	size_t mask;
	int shift;

	*check = (struct check){};
	check->history = table_create(HISTORY / 2, sizeof(*check->history), &mask, &shift);
	if (!check->history || inodes_create(&check->inodes, inodes) ||
	    io_ends_create(&check->io_ends, inodes))
		return -ENOMEM;
	return 0;
}

static void follow_seq(struct check *check, const struct iputrace_event *event)
{
	__u32 *next = &check->next_seq[event->cpu % CHECK_CPUS_MAX];

	if (event->seq != *next)
		check->lost += event->seq - *next;
	*next = event->seq + 1;
}

static struct call_site *call_site(struct check *check, __u64 caller)
{
	size_t i = caller * FIBONACCI >> (64 - 10);
	int tried;

	for (tried = 0; tried < PROBES_MAX; tried++) {
		struct call_site *site = &check->call_sites[(i + tried) % CALL_SITES];

		if (site->caller == caller || !site->caller) {
			site->caller = caller;
			return site;
		}
	}
	return &check->call_sites[i];
}

static void check_put(struct check *check, const struct iputrace_event *event)
{
	bool bad = event->i_count < 1 || event->flags & DYING_FLAGS;

	inode_touch(&check->inodes, event);
	call_site(check, event->caller)->put++;
	check->bad_puts += bad;
	if (event->flags & IPUTRACE_IN_IO_END_FREE)
		io_end_put(&check->io_ends, event, !bad);
}

static void check_grab(struct check *check, const struct iputrace_event *event)
{
	inode_touch(&check->inodes, event);
	if (event->flags & IPUTRACE_REFUSED)
		call_site(check, event->caller)->refused++;
	else
		call_site(check, event->caller)->grabbed++;
}

/* All but igrab and iput, which are nearly all events. */
static void check_other(struct check *check, struct iputrace_event *event)
{
	switch (event->op) {
	case IPUTRACE_OP_IO_END_INIT:
		check->broken += event->flags & IPUTRACE_REFUSED && event->io_end;
		io_end_init(&check->io_ends, &check->inodes, event);
		break;
	case IPUTRACE_OP_IO_END_FREE:
		event->inode = io_end_free(&check->io_ends, &check->inodes, event);
		break;
	case IPUTRACE_OP_BIRTH:
		inode_birth(&check->inodes, event);
		break;
	case IPUTRACE_OP_EVICT:
	case IPUTRACE_OP_CLEAR:
		check->broken += event->i_count != 0;
		inode_dying(&check->inodes, event,
			    event->op == IPUTRACE_OP_EVICT ? DYING : CLEARED);
		break;
	case IPUTRACE_OP_DEATH:
		check->broken += event->i_count != 0 && event->flags & DYING_FLAGS;
		inode_death(&check->inodes, event);
		break;
	case IPUTRACE_OP_IHOLD:
		check->broken += event->i_count < 1;
		check_grab(check, event);
		break;
	case IPUTRACE_OP_IPUT_NOT_LAST:
		check_put(check, event);
		break;
	}
}

void check_event(struct check *check, const struct iputrace_event *event)
{
	struct iputrace_event *kept = &check->history[check->events++ % HISTORY];

	*kept = *event;
	follow_seq(check, kept);
	check->events_of_op[kept->op]++;
	if (kept->ts_ns > check->last_ns)
		check->last_ns = kept->ts_ns;
	if (kept->op == IPUTRACE_OP_IPUT && kept->inode)
		check_put(check, kept);
	else if (kept->op == IPUTRACE_OP_IGRAB && kept->inode)
		check_grab(check, kept);
	else
		check_other(check, kept);
}

unsigned long long check_violations(const struct check *check)
{
	return check->bad_puts + check->broken + check->inodes.used_dead +
	       check->io_ends.freed_twice + check->io_ends.put_unpinned;
}
