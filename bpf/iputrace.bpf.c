// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * libbpf dialect (CO-RE). Each probe point has a kprobe and an fentry program with one body; the
 * loader takes one of the two. The bodies are in body.h, the rings and statistics in emit.h.
 */
#include "kernel.h"
#include "iputrace.h"
#include "config.h"
#include "emit.h"
#include "body.h"

/*
 * kprobe and kretprobe. BPF programs on kprobes never nest on a CPU: the kernel skips the inner
 * one. The entry program must run before the return probe replaces the return address on the
 * stack: the loader attaches the return probe first.
 */
static __always_inline struct probe kprobe_of(struct pt_regs *ctx, int op)
{
	struct probe probe = {.ctx = ctx, .op = op};

	return probe;
}

static __always_inline __u64 kprobe_caller(struct pt_regs *ctx)
{
	__u64 caller = 0;

#if defined(__TARGET_ARCH_x86)
	bpf_probe_read_kernel(&caller, sizeof(caller), (void *)PT_REGS_SP(ctx));
#elif defined(__TARGET_ARCH_arm64)
	caller = PT_REGS_RET(ctx);
#endif
	return caller;
}

SEC("kprobe/igrab")
int k_igrab(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IGRAB);

	return igrab_entry(&probe, (void *)PT_REGS_PARM1(ctx), kprobe_caller(ctx));
}

SEC("kretprobe/igrab")
int k_igrab_ret(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IGRAB);

	return igrab_return(&probe, PT_REGS_RC(ctx));
}

SEC("kprobe/iput")
int k_iput(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IPUT);

	return iput_entry(&probe, (void *)PT_REGS_PARM1(ctx), kprobe_caller(ctx));
}

SEC("kprobe/io_end_init")
int k_io_end_init(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IO_END_INIT);

	return init_entry(&probe, (void *)PT_REGS_PARM1(ctx), kprobe_caller(ctx));
}

SEC("kretprobe/io_end_init")
int k_io_end_init_ret(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IO_END_INIT);

	return init_return(&probe, PT_REGS_RC(ctx));
}

SEC("kprobe/io_end_free")
int k_io_end_free(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IO_END_FREE);

	return free_entry(&probe, PT_REGS_PARM1(ctx), kprobe_caller(ctx));
}

#define KPROBE_SIMPLE(name, operation)                                                       \
	SEC("kprobe/" #name)                                                                 \
	int k_##name(struct pt_regs *ctx)                                                    \
	{                                                                                    \
		struct probe probe = kprobe_of(ctx, operation);                              \
		return simple_entry(&probe, (void *)PT_REGS_PARM1(ctx), kprobe_caller(ctx)); \
	}

KPROBE_SIMPLE(evict, IPUTRACE_OP_EVICT)
KPROBE_SIMPLE(clear, IPUTRACE_OP_CLEAR)
KPROBE_SIMPLE(death, IPUTRACE_OP_DEATH)
KPROBE_SIMPLE(ihold, IPUTRACE_OP_IHOLD)
KPROBE_SIMPLE(iput_not_last, IPUTRACE_OP_IPUT_NOT_LAST)

SEC("kprobe/birth")
int k_birth(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_BIRTH);

	return birth_entry(&probe, (void *)PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx));
}

SEC("kprobe/umount")
int k_umount(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_UMOUNT);

	return umount_entry(&probe, (void *)PT_REGS_PARM1(ctx));
}

/*
 * fentry and fexit (5.5 with BTF; ext4 as a module needs module BTF, 5.11). They nest: a softirq
 * may run one inside another, hence the atomic seq.
 */
static __always_inline struct probe fentry_of(__u64 *ctx, int op)
{
	struct probe probe = {.ctx = ctx, .op = op, .nests = 1};

	return probe;
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

	if (!ctx[0])
		return iput_entry(&probe, NULL, 0);
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

	return free_entry(&probe, ctx[0], 0);
}

#define FENTRY_SIMPLE(name, function, operation)                \
	SEC("fentry/" #function)                                \
	int f_##name(__u64 *ctx)                                \
	{                                                       \
		struct probe probe = fentry_of(ctx, operation); \
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
