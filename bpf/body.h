/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What each probe point does, the same for kprobe and fentry. The rules R1, R2, R2w, R3, R4 and R5
 * need no state beyond one call: they are decided here, so they hold under any loss of other
 * events.
 */
#ifndef IPUTRACE_BODY_H
#define IPUTRACE_BODY_H

#define DYING	   (IPUTRACE_FREEING | IPUTRACE_CLEAR)
#define DYING_SOON (DYING | IPUTRACE_WILL_FREE)

/* s_dev of a watched super block in *s_dev, or 0: not watched. */
static __always_inline int watched_sb(struct super_block *sb, int direct, __u32 *s_dev)
{
	if (config.s_magic && read_s_magic(sb, direct) != config.s_magic)
		return 0;
	*s_dev = read_s_dev(sb, direct);
	return !config.s_dev || *s_dev == config.s_dev;
}

/* Which inode it is; 0 if it is not watched. */
static __always_inline int identify(struct inode *inode, int direct, struct iputrace_event *event)
{
	if (!watched_sb(read_i_sb(inode, direct), direct, &event->s_dev))
		return 0;
	event->i_ino = read_i_ino(inode, direct);
	if (!read_i_nlink(inode, direct))
		event->flags |= IPUTRACE_UNLINKED;
	return 1;
}

/* Reads what the rules need, before the lock and before the atomic. */
static __always_inline void look(const struct probe *probe, struct inode *inode, __u64 caller,
				 struct iputrace_event *event)
{
	event->ts_ns = bpf_ktime_get_ns();
	event->op = probe->op;
	event->inode = (__u64)inode;
	event->caller = caller;
	event->i_count = read_i_count(inode, probe->direct);
	event->i_state = read_i_state(inode, probe->direct);
	if (event->i_state & config.i_freeing)
		event->flags |= IPUTRACE_FREEING;
	if (event->i_state & config.i_will_free)
		event->flags |= IPUTRACE_WILL_FREE;
	if (event->i_state & config.i_clear)
		event->flags |= IPUTRACE_CLEAR;
}

static __always_inline int lies_in(__u64 address, __u64 start, __u64 end)
{
	return address >= start && address < end;
}

static __always_inline int in_init(__u64 address)
{
	const struct iputrace_control *now = controlled();

	return now && lies_in(address, now->init.start, now->init.end);
}

static __always_inline int in_free(__u64 address)
{
	const struct iputrace_control *now = controlled();

	return now && lies_in(address, now->free.start, now->free.end);
}

/*
 * Entry of igrab and ext4_init_io_end. Level guard sends few of these calls: there, who the inode
 * is will be read when one is sent, unless it dies already and may be gone by then.
 */
static __always_inline int call_entry(struct probe *probe, void *calls, struct inode *inode,
				      __u64 caller)
{
	struct call call = {};
	__u32 key = task_key();

	count(probe, IPUTRACE_STAT_RUNS + probe->op);
	if (!inode)
		return 0;
	look(probe, inode, caller, &call.event);
	call.identified = config.full || call.event.flags & DYING_SOON;
	if (call.identified && !identify(inode, probe->direct, &call.event))
		return 0;
	if (bpf_map_update_elem(calls, &key, &call, BPF_ANY))
		count(probe, IPUTRACE_STAT_MAP_FULL);
	return 0;
}

/* 0 if the inode is not watched. The pointer is from a map: the kernel knows its type no more. */
static __always_inline int identify_call(const struct call *call, struct iputrace_event *event)
{
	return call->identified || identify((struct inode *)event->inode, 0, event);
}

static __always_inline int igrab_entry(struct probe *probe, struct inode *inode, __u64 caller)
{
	return call_entry(probe, MAP(igrab_calls), inode, caller);
}

/* i_state at entry is not what igrab tests under the lock: only its result tells a refusal. */
static __always_inline int igrab_return(struct probe *probe, __u64 result)
{
	struct call *call, *init;
	struct iputrace_event event;
	__u32 key = task_key();
	int watched;

	count(probe, IPUTRACE_STAT_RUNS + IPUTRACE_STAT_RETURN + probe->op);
	call = bpf_map_lookup_elem(MAP(igrab_calls), &key);
	if (!call)
		return 0; /* not watched, or the entry was missed: RUNS against HITS tells */
	event = call->event;
	watched = (!config.full && result && !watched_task()) ? 0 : identify_call(call, &event);
	bpf_map_delete_elem(MAP(igrab_calls), &key);
	if (!watched)
		return 0;
	if (!result)
		event.flags |= IPUTRACE_REFUSED;
	init = bpf_map_lookup_elem(MAP(init_calls), &key);
	if (init && init->event.inode == event.inode) {
		event.flags |= IPUTRACE_IN_IO_END_INIT;
		event.io_end = 0;
		if (!result)
			init->refused = 1;
	} else if (in_init(event.caller)) {
		event.flags |= IPUTRACE_IN_IO_END_INIT;
	}
	emit(probe, &event);
	return 0;
}

/*
 * Level guard sends little and must cost little: true when this event need not be looked at, by one
 * or two reads. It counts the run; each program of these points begins with it.
 */
static __always_inline int is_dull(struct probe *probe, struct inode *inode)
{
	__u32 bits = config.i_freeing | config.i_clear | config.i_will_free, state = 0;
	int i_count, op = probe->op, fine;

	count(probe, IPUTRACE_STAT_RUNS + op);
	if (!inode) /* iput(NULL) is common */
		return 1;
	if (config.full)
		return 0;
	i_count = read_i_count(inode, probe->direct);
	if (op != IPUTRACE_OP_IHOLD && op != IPUTRACE_OP_CLEAR)
		state = read_i_state(inode, probe->direct);
	switch (op) {
	case IPUTRACE_OP_IHOLD:
		fine = i_count >= 1;
		break;
	case IPUTRACE_OP_IPUT:
	case IPUTRACE_OP_IPUT_NOT_LAST:
		fine = i_count >= 1 && !(state & bits);
		break;
	case IPUTRACE_OP_EVICT:
		fine = !i_count && state & config.i_freeing && !is_noted((__u64)inode);
		break;
	case IPUTRACE_OP_CLEAR:
		fine = !i_count && !is_noted((__u64)inode);
		break;
	default: /* death, of an evicted inode or of one that never lived */
		fine = (!(state & bits) ||
			(!i_count && state == (config.i_freeing | config.i_clear))) &&
		       !is_noted((__u64)inode);
	}
	return fine && !watched_task();
}

static __always_inline int iput_entry(struct probe *probe, struct inode *inode, __u64 caller)
{
	struct iputrace_event event = {};

	if (!identify(inode, probe->direct, &event))
		return 0;
	look(probe, inode, caller, &event);
	if (in_free(caller))
		event.flags |= IPUTRACE_IN_IO_END_FREE;
	if (event.i_count < 1 || event.flags & DYING_SOON) /* R1, R2, R2w */
		event.flags |= IPUTRACE_BROKEN_RULE;
	if (config.full || event.flags & IPUTRACE_BROKEN_RULE || watched_task())
		emit(probe, &event);
	return 0;
}

static __always_inline int init_entry(struct probe *probe, struct inode *inode, __u64 caller)
{
	return call_entry(probe, MAP(init_calls), inode, caller);
}

static __always_inline int is_worth_sending(const struct iputrace_event *init)
{
	return config.full || init->flags & (DYING_SOON | IPUTRACE_REFUSED) || watched_task();
}

static __always_inline int init_return(struct probe *probe, __u64 io_end)
{
	struct iputrace_event event;
	__u32 key = task_key(), one = 1;
	struct call *call;
	int watched;

	count(probe, IPUTRACE_STAT_RUNS + IPUTRACE_STAT_RETURN + probe->op);
	call = bpf_map_lookup_elem(MAP(init_calls), &key);
	if (!call)
		return 0;
	event = call->event;
	event.io_end = io_end;
	if (call->refused) {
		event.flags |= IPUTRACE_REFUSED;
		if (io_end) /* R4: it went on without the reference */
			event.flags |= IPUTRACE_BROKEN_RULE;
	}
	watched = is_worth_sending(&event) && identify_call(call, &event);
	bpf_map_delete_elem(MAP(init_calls), &key);
	if (!watched)
		return 0;
	if (io_end && (!config.full || config.s_dev) &&
	    bpf_map_update_elem(MAP(sent_io_ends), &io_end, &one, BPF_ANY))
		count(probe, IPUTRACE_STAT_MAP_FULL);
	if (!config.full)
		note(event.inode);
	emit(probe, &event);
	return 0;
}

/* Counts the run; true when the io_end is of no interest. */
static __always_inline int is_unsent(struct probe *probe, __u64 io_end)
{
	count(probe, IPUTRACE_STAT_RUNS + probe->op);
	return !io_end ||
	       ((!config.full || config.s_dev) && !bpf_map_lookup_elem(MAP(sent_io_ends), &io_end));
}

static __always_inline int free_entry(struct probe *probe, __u64 io_end, __u64 caller)
{
	struct iputrace_event event = {};

	if (!config.full || config.s_dev)
		bpf_map_delete_elem(MAP(sent_io_ends), &io_end);
	event.ts_ns = bpf_ktime_get_ns();
	event.op = probe->op;
	event.io_end = io_end;
	event.caller = caller;
	emit(probe, &event);
	return 0;
}

/*
 * The bits of i_state that the loader assumed, held against the kernel: it has a BUG_ON for
 * I_FREEING not being set at evict, and for anything but I_FREEING | I_CLEAR behind it (fs/inode.c,
 * evict).
 */
static __always_inline int bits_contradicted(const struct iputrace_event *event)
{
	if (event->op == IPUTRACE_OP_EVICT)
		return !(event->flags & IPUTRACE_FREEING);
	return event->op == IPUTRACE_OP_DEATH && event->flags & DYING &&
	       event->i_state != (config.i_freeing | config.i_clear);
}

/* evict, clear_inode, destroy_inode, ihold, iput_not_last */
static __always_inline int simple_entry(struct probe *probe, struct inode *inode, __u64 caller)
{
	struct iputrace_event event = {};
	int broken = 0;

	if (!identify(inode, probe->direct, &event))
		return 0;
	look(probe, inode, caller, &event);
	if (bits_contradicted(&event))
		count(probe, IPUTRACE_STAT_WRONG_BITS);
	switch (probe->op) {
	case IPUTRACE_OP_EVICT: /* R3 */
	case IPUTRACE_OP_CLEAR:
		broken = event.i_count != 0;
		break;
	/* R3; without an evict (loser of an iget race) a count of 1 is right */
	case IPUTRACE_OP_DEATH:
		broken = event.i_count != 0 && event.flags & DYING;
		break;
	case IPUTRACE_OP_IHOLD: /* R5 */
		broken = event.i_count < 1;
		break;
	case IPUTRACE_OP_IPUT_NOT_LAST:
		broken = event.i_count < 1 || event.flags & DYING_SOON;
		break;
	}
	if (broken)
		event.flags |= IPUTRACE_BROKEN_RULE;
	if (config.full || broken || watched_task() ||
	    (probe->op != IPUTRACE_OP_IHOLD && probe->op != IPUTRACE_OP_IPUT_NOT_LAST &&
	     is_noted(event.inode)))
		emit(probe, &event);
	return 0;
}

/* inode_init_always(sb, inode): the fields of the inode are still those of its last life. */
static __always_inline int birth_entry(struct probe *probe, struct super_block *sb, __u64 inode)
{
	struct iputrace_event event = {};
	__u32 s_dev;

	count(probe, IPUTRACE_STAT_RUNS + probe->op);
	if (!inode || (!config.full && !is_noted(inode) && !watched_task()))
		return 0;
	if (!watched_sb(sb, probe->direct, &s_dev))
		return 0;
	event.ts_ns = bpf_ktime_get_ns();
	event.op = probe->op;
	event.inode = inode;
	event.s_dev = s_dev;
	if (config.full || watched_task() || is_noted(inode))
		emit(probe, &event);
	if (!config.full)
		bpf_map_delete_elem(MAP(noted_inodes), &inode);
	return 0;
}

static __always_inline int umount_entry(struct probe *probe, struct super_block *sb)
{
	struct iputrace_event event = {};
	__u32 s_dev;

	count(probe, IPUTRACE_STAT_RUNS + probe->op);
	if (!watched_sb(sb, probe->direct, &s_dev))
		return 0;
	event.ts_ns = bpf_ktime_get_ns();
	event.op = probe->op;
	event.s_dev = s_dev;
	emit(probe, &event);
	return 0;
}

#endif
