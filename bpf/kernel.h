/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The dialect of libbpf: the few kernel types that the probes read, relocated at load time (CO-RE),
 * no vmlinux.h; and the maps, declared for libbpf to make them.
 */
#ifndef IPUTRACE_KERNEL_H
#define IPUTRACE_KERNEL_H

#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "maps.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

struct super_block {
	__u32 s_dev;
	unsigned long s_magic;
};

struct inode {
	struct super_block *i_sb;
	unsigned long i_ino; /* u64 since 7.3 */
	unsigned int i_nlink;
	atomic_t i_count;
};

/* i_state: unsigned long before 6.12, u32 to 6.17. INT never matches ENUM or STRUCT in CO-RE. */
struct inode___int {
	unsigned long i_state;
};

/* 6.18: an enum */
enum inode_state_flags_t {
	INODE_STATE_FLAGS_T_UNUSED = 0,
};

struct inode___enum {
	enum inode_state_flags_t i_state;
};

/* 6.19: an enum in a struct, so that nobody writes it by hand */
struct inode_state_flags {
	enum { INODE_STATE_FLAGS_UNUSED = 0 } __state;
};

struct inode___acc {
	struct inode_state_flags i_state;
};

#pragma clang attribute pop

/*
 * Accessors take `direct`: an fentry program follows the pointers that it was given by plain loads,
 * one instruction each; a kprobe, and whoever has a pointer from a map, asks a helper.
 */
#define READ_FIELD(direct, pointer, field) \
	((direct) ? (pointer)->field : BPF_CORE_READ(pointer, field))

/* bpf_core_field_size and not sizeof: eight bytes would take in the neighbour on 6.12. */
#define READ_STATE(direct, flavour, field)                                           \
	do {                                                                         \
		if (direct)                                                          \
			return (flavour)->field;                                     \
		bpf_probe_read_kernel(&state, bpf_core_field_size((flavour)->field), \
				      &(flavour)->field);                            \
	} while (0)

/* The raw bits, 0 where no flavour fits (the loader refuses such a kernel beforehand). */
static __always_inline __u32 read_i_state(const struct inode *inode, int direct)
{
	const struct inode___int *plain = (const void *)inode;
	const struct inode___enum *flags = (const void *)inode;
	const struct inode___acc *accessor = (const void *)inode;
	__u64 state = 0;

	if (bpf_core_field_exists(plain->i_state))
		READ_STATE(direct, plain, i_state);
	else if (bpf_core_field_exists(flags->i_state))
		READ_STATE(direct, flags, i_state);
	else if (bpf_core_field_exists(accessor->i_state))
		READ_STATE(direct, accessor, i_state.__state);
	return state;
}

static __always_inline unsigned long read_s_magic(struct super_block *sb, int direct)
{
	return READ_FIELD(direct, sb, s_magic);
}

static __always_inline __u32 read_s_dev(struct super_block *sb, int direct)
{
	return READ_FIELD(direct, sb, s_dev);
}

static __always_inline struct super_block *read_i_sb(struct inode *inode, int direct)
{
	return READ_FIELD(direct, inode, i_sb);
}

static __always_inline __u64 read_i_ino(struct inode *inode, int direct)
{
	return READ_FIELD(direct, inode, i_ino);
}

static __always_inline int read_i_count(struct inode *inode, int direct)
{
	return READ_FIELD(direct, inode, i_count.counter);
}

static __always_inline unsigned int read_i_nlink(struct inode *inode, int direct)
{
	return READ_FIELD(direct, inode, i_nlink);
}

/* Written by the loader before load: constant for the verifier, so dead branches are removed. */
const volatile struct iputrace_config config SEC(IPUTRACE_CONFIG_SECTION) = {};

#define DECLARE_RING(name, bytes)                   \
	struct {                                    \
		__uint(type, BPF_MAP_TYPE_RINGBUF); \
		__uint(max_entries, bytes);         \
	} name SEC(".maps");

#define DECLARE_TABLE(name, kind, key_type, value_type, entries) \
	struct {                                                 \
		__uint(type, BPF_MAP_TYPE_##kind);               \
		__uint(max_entries, entries);                    \
		__type(key, key_type);                           \
		__type(value, value_type);                       \
	} name SEC(".maps");

IPUTRACE_MAPS(DECLARE_RING, DECLARE_TABLE)

#define MAP(name)      (&name)
#define PROBE(section) SEC(section)

#endif
