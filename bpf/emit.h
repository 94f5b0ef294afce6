/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Statistics and small tables, and how a cell gets into a ring: the same for both dialects. */
#ifndef IPUTRACE_EMIT_H
#define IPUTRACE_EMIT_H

struct probe {
	void *ctx;
	int op;
	int nests; /* another probe program may interrupt this one on the same CPU */
	int direct; /* the kernel knows the types of the arguments: they can be read directly */
};

static __always_inline __u64 *cpu_stats(void)
{
	__u32 zero = 0;

	/* struct cpu_stats is one array; a NULL check at each caller keeps the verifier content */
	return bpf_map_lookup_elem(MAP(stats), &zero);
}

static __always_inline void count(const struct probe *probe, int stat)
{
	__u64 *value = cpu_stats();

	if (!value)
		return;
	if (probe->nests)
		__sync_fetch_and_add(&value[stat], 1);
	else
		value[stat]++;
}

static __always_inline __u32 next_seq(const struct probe *probe)
{
	__u64 *value = cpu_stats();

	if (!value)
		return 0;
	if (probe->nests)
		return __sync_fetch_and_add(&value[IPUTRACE_STAT_SEQ], 1);
	return value[IPUTRACE_STAT_SEQ]++;
}

/* The idle task of each CPU has tid 0. */
static __always_inline __u32 task_key(void)
{
	__u32 tid = bpf_get_current_pid_tgid();

	return tid ? tid : 0x80000000 | bpf_get_smp_processor_id();
}

static __always_inline const struct iputrace_control *controlled(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(MAP(control), &zero);
}

static __always_inline int watched_task(void)
{
	const struct iputrace_control *now = controlled();

	return now && now->watched_tid && now->watched_tid == (__u32)bpf_get_current_pid_tgid();
}

static __always_inline int is_noted(__u64 inode)
{
	const struct iputrace_control *now = controlled();

	if (!now || !now->noted) /* as good as always, and much cheaper than the table */
		return 0;
	return bpf_map_lookup_elem(MAP(noted_inodes), &inode) != NULL;
}

static __always_inline void note(__u64 inode)
{
	struct iputrace_control *now = (void *)controlled();
	__u32 one = 1;

	if (now)
		now->noted = 1;
	bpf_map_update_elem(MAP(noted_inodes), &inode, &one, BPF_ANY);
}

static __always_inline void begin_cell(struct iputrace_stack_cell *cell, int op, int index,
				       const struct iputrace_event *event)
{
	cell->ts_ns = event->ts_ns;
	cell->op = op;
	cell->flags = index;
	cell->cpu = event->cpu;
	cell->seq = event->seq;
}

static __always_inline void emit_rare(const struct probe *probe, const struct iputrace_event *event)
{
	struct iputrace_rare *record;
	int i;

	record = bpf_ringbuf_reserve(MAP(rare), sizeof(*record), 0);
	if (!record) {
		count(probe, IPUTRACE_STAT_RARE_FULL);
		return;
	}
	__builtin_memset(record, 0, sizeof(*record));
	record->event = *event;
	begin_cell((struct iputrace_stack_cell *)&record->comm, IPUTRACE_OP_COMM, 0, event);
	bpf_get_current_comm(record->comm.comm, sizeof(record->comm.comm));
	record->comm.tgid = bpf_get_current_pid_tgid() >> 32;
	record->comm.tid = event->tid;
#pragma unroll
	for (i = 0; i < IPUTRACE_STACK_CELLS; i++) {
		begin_cell(&record->stack[i], IPUTRACE_OP_STACK, i, event);
		bpf_get_stack(probe->ctx, record->stack[i].address,
			      sizeof(record->stack[i].address), i * IPUTRACE_STACK_WORDS);
	}
	bpf_ringbuf_submit(record, BPF_RB_FORCE_WAKEUP);
}

/* Gives the event its seq and sends it, whatever the level. */
static __always_inline void emit(const struct probe *probe, struct iputrace_event *event)
{
	event->cpu = bpf_get_smp_processor_id();
	event->tid = bpf_get_current_pid_tgid();
	event->seq = next_seq(probe);
	if (event->flags & IPUTRACE_BROKEN_RULE ||
	    (event->op == IPUTRACE_OP_IGRAB && event->flags & IPUTRACE_REFUSED)) {
		if (!config.full)
			note(event->inode);
		emit_rare(probe, event);
	} else if (bpf_ringbuf_output(MAP(events), event, sizeof(*event), BPF_RB_NO_WAKEUP)) {
		count(probe, IPUTRACE_STAT_RING_FULL);
	}
}

#endif
