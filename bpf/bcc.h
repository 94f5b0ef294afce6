/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The dialect of libbcc: the types are those of the kernel's own headers, the maps are numbers that
 * the loader replaces by file descriptors. Nothing here makes libbcc rewrite an expression or
 * create a map: the compiler needs no right on the host, and its result fits any options.
 */
#ifndef IPUTRACE_BCC_H
#define IPUTRACE_BCC_H

#include <uapi/linux/ptrace.h>
#include <linux/fs.h>
#include <linux/version.h>

#include "maps.h"

/* BPF_PSEUDO_MAP_FD and BPF_PSEUDO_MAP_VALUE, with a number in place of the descriptor */
#define MAP(name) ((void *)bpf_pseudo_fd(1, IPUTRACE_MAP_##name))
#define config	  (*(const volatile struct iputrace_config *)bpf_pseudo_fd(2, IPUTRACE_MAP_config))

/* libbcc names sections after functions. */
#define PROBE(section)

/* Accessors ignore `direct`: kprobes only. */
#define READ_FIELD(value, field) bpf_probe_read_kernel(&(value), sizeof(value), &(field))

static __always_inline unsigned long read_s_magic(struct super_block *sb, int direct)
{
	unsigned long magic = 0;

	READ_FIELD(magic, sb->s_magic);
	return magic;
}

static __always_inline __u32 read_s_dev(struct super_block *sb, int direct)
{
	__u32 dev = 0;

	READ_FIELD(dev, sb->s_dev);
	return dev;
}

static __always_inline struct super_block *read_i_sb(struct inode *inode, int direct)
{
	struct super_block *sb = NULL;

	READ_FIELD(sb, inode->i_sb);
	return sb;
}

static __always_inline __u64 read_i_ino(struct inode *inode, int direct)
{
	__u64 ino = 0;

	bpf_probe_read_kernel(&ino, sizeof(inode->i_ino), &inode->i_ino);
	return ino;
}

static __always_inline int read_i_count(struct inode *inode, int direct)
{
	int value = 0;

	READ_FIELD(value, inode->i_count);
	return value;
}

static __always_inline unsigned int read_i_nlink(struct inode *inode, int direct)
{
	unsigned int links = 0;

	READ_FIELD(links, inode->i_nlink);
	return links;
}

/* unsigned long, u32, an enum or a struct of one, by the kernel's version */
static __always_inline __u32 read_i_state(struct inode *inode, int direct)
{
	__u64 state = 0;

	bpf_probe_read_kernel(&state, sizeof(inode->i_state), &inode->i_state);
	return state;
}

#endif
