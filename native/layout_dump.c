// SPDX-License-Identifier: Apache-2.0
/* Prints what the compiler makes of bpf/iputrace.h, as NAME=VALUE, for EventLayoutTest. */
#include <linux/types.h>
#include <stddef.h>
#include <stdio.h>

#include "../bpf/iputrace.h"

#define CONSTANT(name) printf("%s=%d\n", #name, (int)(name))
#define OFFSET(structure, field) \
	printf("%s.%s=%zu\n", #structure, #field, offsetof(struct structure, field))
#define SIZE(structure) printf("sizeof.%s=%zu\n", #structure, sizeof(struct structure))

static void event_offsets(void)
{
	OFFSET(iputrace_event, ts_ns);
	OFFSET(iputrace_event, op);
	OFFSET(iputrace_event, flags);
	OFFSET(iputrace_event, cpu);
	OFFSET(iputrace_event, seq);
	OFFSET(iputrace_event, inode);
	OFFSET(iputrace_event, io_end);
	OFFSET(iputrace_event, i_ino);
	OFFSET(iputrace_event, caller);
	OFFSET(iputrace_event, s_dev);
	OFFSET(iputrace_event, i_count);
	OFFSET(iputrace_event, i_state);
	OFFSET(iputrace_event, tid);
	OFFSET(iputrace_stack_cell, address);
	OFFSET(iputrace_comm_cell, comm);
	OFFSET(iputrace_comm_cell, tgid);
	OFFSET(iputrace_comm_cell, tid);
	OFFSET(iputrace_rare, event);
	OFFSET(iputrace_rare, comm);
	OFFSET(iputrace_rare, stack);
	SIZE(iputrace_event);
	SIZE(iputrace_stack_cell);
	SIZE(iputrace_comm_cell);
	SIZE(iputrace_rare);
}

static void ops(void)
{
	CONSTANT(IPUTRACE_OP_IGRAB);
	CONSTANT(IPUTRACE_OP_IPUT);
	CONSTANT(IPUTRACE_OP_IO_END_INIT);
	CONSTANT(IPUTRACE_OP_IO_END_FREE);
	CONSTANT(IPUTRACE_OP_BIRTH);
	CONSTANT(IPUTRACE_OP_EVICT);
	CONSTANT(IPUTRACE_OP_CLEAR);
	CONSTANT(IPUTRACE_OP_DEATH);
	CONSTANT(IPUTRACE_OP_IHOLD);
	CONSTANT(IPUTRACE_OP_IPUT_NOT_LAST);
	CONSTANT(IPUTRACE_OP_UMOUNT);
	CONSTANT(IPUTRACE_OP_STACK);
	CONSTANT(IPUTRACE_OP_COMM);
	CONSTANT(IPUTRACE_OP_MARK);
	CONSTANT(IPUTRACE_OP_LOSS);
	CONSTANT(IPUTRACE_OP_STAT);
}

static void flags_and_stats(void)
{
	CONSTANT(IPUTRACE_FREEING);
	CONSTANT(IPUTRACE_WILL_FREE);
	CONSTANT(IPUTRACE_CLEAR);
	CONSTANT(IPUTRACE_UNLINKED);
	CONSTANT(IPUTRACE_REFUSED);
	CONSTANT(IPUTRACE_IN_IO_END_INIT);
	CONSTANT(IPUTRACE_IN_IO_END_FREE);
	CONSTANT(IPUTRACE_BROKEN_RULE);
	CONSTANT(IPUTRACE_MARK_PROVENANCE);
	CONSTANT(IPUTRACE_MARK_END);
	CONSTANT(IPUTRACE_STAT_RUNS);
	CONSTANT(IPUTRACE_STAT_RETURN);
	CONSTANT(IPUTRACE_STAT_HITS);
	CONSTANT(IPUTRACE_STAT_MISSES);
	CONSTANT(IPUTRACE_STAT_SEQ);
	CONSTANT(IPUTRACE_STAT_RING_FULL);
	CONSTANT(IPUTRACE_STAT_RARE_FULL);
	CONSTANT(IPUTRACE_STAT_MAP_FULL);
	CONSTANT(IPUTRACE_STAT_NO_ENTRY);
	CONSTANT(IPUTRACE_STAT_WRONG_BITS);
	CONSTANT(IPUTRACE_STAT_NR);
}

int main(void)
{
	CONSTANT(IPUTRACE_ABI_VERSION);
	CONSTANT(IPUTRACE_CELL_SIZE);
	CONSTANT(IPUTRACE_STACK_CELLS);
	CONSTANT(IPUTRACE_STACK_WORDS);
	CONSTANT(IPUTRACE_COMM_LEN);
	event_offsets();
	ops();
	flags_and_stats();
	return 0;
}
