/* SPDX-License-Identifier: Apache-2.0 */
/* Lives of inode addresses: the same facts in the same 16 bytes as InodeTable.java, Lives.java. */
#ifndef IPUTRACE_BENCH_INODES_H
#define IPUTRACE_BENCH_INODES_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "../../bpf/iputrace.h"

#define DYING_FLAGS (IPUTRACE_FREEING | IPUTRACE_CLEAR)
#define DEVICES_MAX 31
#define FIBONACCI   0x9e3779b97f4a7c15ull

enum phase { UNSEEN, ALIVE, DYING, CLEARED, DEAD };

struct inode {
	__u64 inode; /* address; 0 is free */
	__u32 phase : 3;
	__u32 io_ends : 4; /* live ones, stops at its maximum */
	__u32 dev : 5;
	__u32 identity : 10; /* hash of s_dev and i_ino, 0 while unknown */
	__u32 generation : 10;
	__u32 since; /* of the phase, in units of 65.5 us */
};
_Static_assert(sizeof(struct inode) == 16, "four in a cache line");

struct inodes {
	struct inode *slots;
	size_t mask;
	int shift;
	__u32 devices[DEVICES_MAX];
	unsigned int device_count;
	unsigned long long used_dead; /* R7: events of an address after its death */
	unsigned long long unseen_births, unseen_deaths, unseen_evicts;
};

/* A table of slots of a power of two, twice as many as keys at least, zero, on huge pages. */
void *table_create(size_t keys, size_t slot_size, size_t *mask, int *shift);

/* Returns 0 or -errno. */
int inodes_create(struct inodes *inodes, size_t count);

/* NULL when it is not in the table. */
struct inode *inodes_find(struct inodes *inodes, __u64 inode);

void inodes_prefetch(const struct inodes *inodes, __u64 inode);

void inode_birth(struct inodes *inodes, const struct iputrace_event *event);
void inode_dying(struct inodes *inodes, const struct iputrace_event *event, enum phase phase);
void inode_death(struct inodes *inodes, const struct iputrace_event *event);

/* Any other use. Returns its slot, NULL when it is not in the table. */
struct inode *inode_touch(struct inodes *inodes, const struct iputrace_event *event);

/* The same, in the table afterwards. */
struct inode *inode_remember(struct inodes *inodes, const struct iputrace_event *event);

#endif
