/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The bytes that cross borders: kernel -> ring -> disk -> Java. This file is the truth;
 * native/layout_dump.c prints it and EventLayoutTest compares Java with it.
 */
#ifndef IPUTRACE_H
#define IPUTRACE_H

#include <linux/types.h>

#define IPUTRACE_ABI_VERSION 1
#define IPUTRACE_CELL_SIZE   64
#define IPUTRACE_STACK_CELLS 4 /* in one rare record: up to 24 frames */
#define IPUTRACE_STACK_WORDS 6 /* return addresses in one stack cell */
#define IPUTRACE_COMM_LEN    16

enum iputrace_op {
	IPUTRACE_OP_IGRAB = 1, /* sent at return: inode and i_state from entry */
	IPUTRACE_OP_IPUT = 2, /* entry */
	IPUTRACE_OP_IO_END_INIT = 3, /* return of ext4_init_io_end */
	IPUTRACE_OP_IO_END_FREE = 4, /* entry; inode is 0, io_end is the key */
	IPUTRACE_OP_BIRTH = 5, /* inode_init_always */
	IPUTRACE_OP_EVICT = 6, /* evict entry */
	IPUTRACE_OP_CLEAR = 7, /* clear_inode entry */
	IPUTRACE_OP_DEATH = 8, /* destroy_inode entry */
	IPUTRACE_OP_IHOLD = 9, /* entry */
	IPUTRACE_OP_IPUT_NOT_LAST = 10, /* entry, 6.18+ */
	IPUTRACE_OP_UMOUNT = 11, /* generic_shutdown_super entry; inode is 0 */
	IPUTRACE_OP_STACK = 32, /* iputrace_stack_cell behind its event */
	IPUTRACE_OP_COMM = 33, /* iputrace_comm_cell behind its event */
	IPUTRACE_OP_MARK = 34, /* made in user space: a text of up to 48 bytes */
	IPUTRACE_OP_LOSS = 35, /* made in user space: word 0 = lost, flags = stage */
	IPUTRACE_OP_STAT = 36, /* made in user space: word 0 = value, seq = statistic */
};

enum iputrace_flag { /* normalised over kernels, unlike i_state */
		     IPUTRACE_FREEING = 0x01,
		     IPUTRACE_WILL_FREE = 0x02,
		     IPUTRACE_CLEAR = 0x04,
		     IPUTRACE_UNLINKED = 0x08, /* i_nlink == 0 */
		     IPUTRACE_REFUSED = 0x10, /* igrab returned NULL; on io_end init: the igrab
						 inside did */
		     IPUTRACE_IN_IO_END_INIT = 0x20, /* called from ext4_init_io_end */
		     IPUTRACE_IN_IO_END_FREE = 0x40, /* called from ext4_free_io_end or its alias */
		     IPUTRACE_BROKEN_RULE = 0x80, /* R1, R2, R2w, R3, R4 or R5 broken, as BPF sees
						     it */
};

/*
 * Statistics: the seq field of a STAT cell. RUNS, HITS and MISSES are bases, an iputrace_op is
 * added, and RETURN for the program at the return of igrab and ext4_init_io_end. HITS is only sent
 * where known.
 */
enum iputrace_stat {
	IPUTRACE_STAT_RUNS = 0, /* times the program ran, NULL and filtered calls included */
	IPUTRACE_STAT_RETURN = 16,
	IPUTRACE_STAT_HITS = 32, /* times the kernel reached the probe (kprobe_profile) */
	IPUTRACE_STAT_MISSES = 64, /* times the kernel says that it skipped the program */
	IPUTRACE_STAT_SEQ = 96, /* events tried on this CPU: reveals loss at the tail */
	IPUTRACE_STAT_RING_FULL = 97, /* of these, not sent: events ring full */
	IPUTRACE_STAT_RARE_FULL = 98, /* of these, not sent: rare ring full */
	IPUTRACE_STAT_MAP_FULL = 99, /* calls whose entry could not be remembered */
	IPUTRACE_STAT_NO_ENTRY = 100, /* returns whose entry was not seen */
	IPUTRACE_STAT_WRONG_BITS = 101, /* evictions and deaths whose i_state contradicts the bits
					 */
	IPUTRACE_STAT_NR = 128,
};

/* Flags of a MARK cell. */
enum iputrace_mark {
	IPUTRACE_MARK_TEXT = 0,
	IPUTRACE_MARK_PROVENANCE = 1, /* a piece of it, new; the one with a 0 ends it */
	IPUTRACE_MARK_END = 2, /* the sender has sent all */
};

struct iputrace_event {
	__u64 ts_ns; /* bpf_ktime_get_ns() at function entry */
	__u8 op;
	__u8 flags;
	__u16 cpu;
	__u32 seq; /* per CPU, counts every event tried: a hole is a lost event */
	__u64 inode; /* struct inode address: identity only */
	__u64 io_end; /* struct ext4_io_end address, or 0 */
	__u64 i_ino;
	__u64 caller; /* return address of the probed call, or 0 */
	__u32 s_dev; /* kernel encoding: major << 20 | minor */
	__s32 i_count; /* read at entry, before the operation */
	__u32 i_state; /* raw bits of this kernel */
	__u32 tid;
};
_Static_assert(sizeof(struct iputrace_event) == IPUTRACE_CELL_SIZE, "one cache line");

struct iputrace_stack_cell { /* ts_ns, cpu, seq are those of its event; flags = index of the cell */
	__u64 ts_ns;
	__u8 op;
	__u8 flags;
	__u16 cpu;
	__u32 seq;
	__u64 address[IPUTRACE_STACK_WORDS]; /* 0 ends the stack */
};
_Static_assert(sizeof(struct iputrace_stack_cell) == IPUTRACE_CELL_SIZE, "one cache line");

struct iputrace_comm_cell { /* ts_ns, cpu, seq are those of its event */
	__u64 ts_ns;
	__u8 op;
	__u8 flags;
	__u16 cpu;
	__u32 seq;
	char comm[IPUTRACE_COMM_LEN];
	__u32 tgid;
	__u32 tid;
	__u64 reserved[3];
};
_Static_assert(sizeof(struct iputrace_comm_cell) == IPUTRACE_CELL_SIZE, "one cache line");

/* A record of the rare ring, in one piece: refusals and broken rules, with stack and task. */
struct iputrace_rare {
	struct iputrace_event event;
	struct iputrace_comm_cell comm;
	struct iputrace_stack_cell stack[IPUTRACE_STACK_CELLS];
};

#endif
