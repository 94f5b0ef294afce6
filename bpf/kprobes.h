/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The kprobe program of each probe point: k_POINT, and k_POINT_ret at the return. */
#ifndef IPUTRACE_KPROBES_H
#define IPUTRACE_KPROBES_H

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

PROBE("kprobe/igrab")
int k_igrab(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IGRAB);

	return igrab_entry(&probe, (void *)PT_REGS_PARM1(ctx), kprobe_caller(ctx));
}

PROBE("kretprobe/igrab")
int k_igrab_ret(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IGRAB);

	return igrab_return(&probe, PT_REGS_RC(ctx));
}

PROBE("kprobe/iput")
int k_iput(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IPUT);
	struct inode *inode = (void *)PT_REGS_PARM1(ctx);

	return is_dull(&probe, inode) ? 0 : iput_entry(&probe, inode, kprobe_caller(ctx));
}

PROBE("kprobe/io_end_init")
int k_io_end_init(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IO_END_INIT);

	return init_entry(&probe, (void *)PT_REGS_PARM1(ctx), kprobe_caller(ctx));
}

PROBE("kretprobe/io_end_init")
int k_io_end_init_ret(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IO_END_INIT);

	return init_return(&probe, PT_REGS_RC(ctx));
}

PROBE("kprobe/io_end_free")
int k_io_end_free(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_IO_END_FREE);
	__u64 io_end = PT_REGS_PARM1(ctx);

	return is_unsent(&probe, io_end) ? 0 : free_entry(&probe, io_end, kprobe_caller(ctx));
}

#define KPROBE_SIMPLE(name, operation)                                  \
	PROBE("kprobe/" #name)                                          \
	int k_##name(struct pt_regs *ctx)                               \
	{                                                               \
		struct probe probe = kprobe_of(ctx, operation);         \
		struct inode *inode = (void *)PT_REGS_PARM1(ctx);       \
		if (is_dull(&probe, inode))                             \
			return 0;                                       \
		return simple_entry(&probe, inode, kprobe_caller(ctx)); \
	}

KPROBE_SIMPLE(evict, IPUTRACE_OP_EVICT)
KPROBE_SIMPLE(clear, IPUTRACE_OP_CLEAR)
KPROBE_SIMPLE(death, IPUTRACE_OP_DEATH)
KPROBE_SIMPLE(ihold, IPUTRACE_OP_IHOLD)
KPROBE_SIMPLE(iput_not_last, IPUTRACE_OP_IPUT_NOT_LAST)

PROBE("kprobe/birth")
int k_birth(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_BIRTH);

	return birth_entry(&probe, (void *)PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx));
}

PROBE("kprobe/umount")
int k_umount(struct pt_regs *ctx)
{
	struct probe probe = kprobe_of(ctx, IPUTRACE_OP_UMOUNT);

	return umount_entry(&probe, (void *)PT_REGS_PARM1(ctx));
}

#endif
