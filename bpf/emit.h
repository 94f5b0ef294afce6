/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Rings, statistics and small tables, and how a cell gets into a ring. */
#ifndef IPUTRACE_EMIT_H
#define IPUTRACE_EMIT_H

/* Written by the loader before load: constant for the verifier, so dead branches are removed. */
const volatile struct iputrace_config config SEC(IPUTRACE_CONFIG_SECTION) = {};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20); /* the loader sets the size */
} events SEC(".maps");

/*
 * A ring of their own for refusals and broken rules: no flood of ordinary events can push one out.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} rare SEC(".maps");

struct cpu_stats {
	__u64 value[IPUTRACE_STAT_NR];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cpu_stats);
} stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct iputrace_control);
} control SEC(".maps");

/* A call of igrab or ext4_init_io_end between entry and return. */
struct call {
	struct iputrace_event event; /* as of entry; seq not yet given */
	__u32 refused; /* the igrab inside ext4_init_io_end returned NULL */
	__u32 reserved;
};

#define MAX_CALLS 16384

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CALLS);
	__type(key, __u32); /* task_key() */
	__type(value, struct call);
} igrab_calls SEC(".maps"), init_calls SEC(".maps");

/*
 * io_ends that were sent, where not all are: ext4_free_io_end has no other way to know its device.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64); /* struct ext4_io_end address */
	__type(value, __u32);
} sent_io_ends SEC(".maps");

/* Level guard: inodes that had a refusal, a broken rule or a window hit; their life is sent. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64); /* struct inode address */
	__type(value, __u32);
} noted_inodes SEC(".maps");

struct probe {
	void *ctx;
	int op;
	int nests; /* another probe program may interrupt this one on the same CPU */
};

static __always_inline __u64 *cpu_stats(void)
{
	__u32 zero = 0;

	/* struct cpu_stats is one array; a NULL check at each caller keeps the verifier content */
	return bpf_map_lookup_elem(&stats, &zero);
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

	return bpf_map_lookup_elem(&control, &zero);
}

static __always_inline int watched_task(void)
{
	const struct iputrace_control *now = controlled();

	return now && now->watched_tid == (__u32)bpf_get_current_pid_tgid();
}

static __always_inline int is_noted(__u64 inode)
{
	return bpf_map_lookup_elem(&noted_inodes, &inode) != NULL;
}

static __always_inline void note(__u64 inode)
{
	__u32 one = 1;

	bpf_map_update_elem(&noted_inodes, &inode, &one, BPF_ANY);
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

	record = bpf_ringbuf_reserve(&rare, sizeof(*record), 0);
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
	} else if (bpf_ringbuf_output(&events, event, sizeof(*event), BPF_RB_NO_WAKEUP)) {
		count(probe, IPUTRACE_STAT_RING_FULL);
	}
}

#endif
