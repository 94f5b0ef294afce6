// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * libbpf dialect (CO-RE). Each probe point has a kprobe and an fentry program with one body; the
 * loader takes one of the two. The bodies are in body.h, the kprobes in kprobes.h, rings and
 * statistics in emit.h: what they share with the program that libbcc compiles (iputrace.bcc.c).
 */
#include "kernel.h"
#include "emit.h"
#include "body.h"
#include "kprobes.h"

/*
 * fentry and fexit (5.5 with BTF; ext4 as a module needs module BTF, 5.11). They nest: a softirq
 * may run one inside another, hence the atomic seq.
 */
static __always_inline struct probe fentry_of(__u64 *ctx, int op)
{
	struct probe probe = {.ctx = ctx, .op = op, .nests = 1, .direct = 1};

	return probe;
}

/*
 * Who called the traced function, from an fentry program. The trampoline's frame is the one that
 * our frame pointer leads to: [8] returns into the traced function, [16] to its caller (comment
 * above arch_prepare_bpf_trampoline, x86, 6.1). Where that does not hold (private stack of 6.13,
 * other architectures) [8] is not in the function, and the stack is walked instead.
 */
static __always_inline __u64 fentry_caller(__u64 *ctx, __u64 start, __u64 end)
{
	__u64 own, frame = 0, pair[2] = {}, stack[5] = {};
	int i;

	if (!config.callers && !config.pins)
		return 0;
	/* clang 14 crashes on __builtin_frame_address */
	asm volatile("%0 = r10" : "=r"(own));
	bpf_probe_read_kernel(&frame, sizeof(frame), (void *)own);
	bpf_probe_read_kernel(pair, sizeof(pair), (void *)frame + 8);
	if (lies_in(pair[0], start, end))
		return pair[1];
	bpf_get_stack(ctx, stack, sizeof(stack), 0);
#pragma unroll
	for (i = 0; i < 4; i++)
		if (lies_in(stack[i], start, end))
			return stack[i + 1];
	return 0;
}

SEC("fentry/igrab")
int f_igrab(__u64 *ctx)
{
	struct probe probe = fentry_of(ctx, IPUTRACE_OP_IGRAB);

	return igrab_entry(&probe, (void *)ctx[0],
			   fentry_caller(ctx, config.igrab.start, config.igrab.end));
}

SEC("fexit/igrab")
int f_igrab_ret(__u64 *ctx)
{
	struct probe probe = fentry_of(ctx, IPUTRACE_OP_IGRAB);

	return igrab_return(&probe, ctx[1]);
}

SEC("fentry/iput")
int f_iput(__u64 *ctx)
{
	struct probe probe = fentry_of(ctx, IPUTRACE_OP_IPUT);

	if (is_dull(&probe, (void *)ctx[0]))
		return 0;
	return iput_entry(&probe, (void *)ctx[0],
			  fentry_caller(ctx, config.iput.start, config.iput.end));
}

SEC("fentry/ext4_init_io_end")
int f_io_end_init(__u64 *ctx)
{
	struct probe probe = fentry_of(ctx, IPUTRACE_OP_IO_END_INIT);

	return init_entry(&probe, (void *)ctx[0], 0);
}

/* ext4_io_end_t *ext4_init_io_end(struct inode *, gfp_t) on every kernel that has fexit */
SEC("fexit/ext4_init_io_end")
int f_io_end_init_ret(__u64 *ctx)
{
	struct probe probe = fentry_of(ctx, IPUTRACE_OP_IO_END_INIT);

	return init_return(&probe, ctx[2]);
}

SEC("fentry/ext4_release_io_end")
int f_io_end_free(__u64 *ctx)
{
	struct probe probe = fentry_of(ctx, IPUTRACE_OP_IO_END_FREE);

	return is_unsent(&probe, ctx[0]) ? 0 : free_entry(&probe, ctx[0], 0);
}

#define FENTRY_SIMPLE(name, function, operation)                \
	SEC("fentry/" #function)                                \
	int f_##name(__u64 *ctx)                                \
	{                                                       \
		struct probe probe = fentry_of(ctx, operation); \
		if (is_dull(&probe, (void *)ctx[0]))            \
			return 0;                               \
		return simple_entry(&probe, (void *)ctx[0], 0); \
	}

FENTRY_SIMPLE(evict, evict, IPUTRACE_OP_EVICT)
FENTRY_SIMPLE(clear, clear_inode, IPUTRACE_OP_CLEAR)
FENTRY_SIMPLE(death, destroy_inode, IPUTRACE_OP_DEATH)
FENTRY_SIMPLE(ihold, ihold, IPUTRACE_OP_IHOLD)
FENTRY_SIMPLE(iput_not_last, iput_not_last, IPUTRACE_OP_IPUT_NOT_LAST)

SEC("fentry/inode_init_always")
int f_birth(__u64 *ctx)
{
	struct probe probe = fentry_of(ctx, IPUTRACE_OP_BIRTH);

	return birth_entry(&probe, (void *)ctx[0], ctx[1]);
}

SEC("fentry/generic_shutdown_super")
int f_umount(__u64 *ctx)
{
	struct probe probe = fentry_of(ctx, IPUTRACE_OP_UMOUNT);

	return umount_entry(&probe, (void *)ctx[0]);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
