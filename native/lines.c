// SPDX-License-Identifier: Apache-2.0
#include "lines.h"

#define DYING (IPUTRACE_FREEING | IPUTRACE_CLEAR)

static int broken_by_put(const struct iputrace_event *event)
{
	int broken = event->i_count < 1 ? RULE_R1 : 0;

	if (event->flags & DYING)
		return broken | RULE_R2;
	return event->flags & IPUTRACE_WILL_FREE ? broken | RULE_R2W : broken;
}

int broken_rules(const struct iputrace_event *event)
{
	switch (event->op) {
	case IPUTRACE_OP_IPUT:
	case IPUTRACE_OP_IPUT_NOT_LAST:
		return broken_by_put(event);
	case IPUTRACE_OP_IO_END_INIT:
		return event->flags & IPUTRACE_REFUSED && event->io_end ? RULE_R4 : 0;
	case IPUTRACE_OP_EVICT:
	case IPUTRACE_OP_CLEAR:
		return event->i_count ? RULE_R3 : 0;
	case IPUTRACE_OP_DEATH:
		return event->i_count && event->flags & DYING ? RULE_R3 : 0;
	case IPUTRACE_OP_IHOLD:
		return event->i_count < 1 ? RULE_R5 : 0;
	default:
		return 0;
	}
}

int is_evidence(const struct iputrace_event *event)
{
	int refused = IPUTRACE_REFUSED | IPUTRACE_IN_IO_END_INIT;

	return broken_rules(event) || (event->flags & refused) == refused;
}

static const char *op_label(int op)
{
	static const char *const labels[] = {
		[IPUTRACE_OP_IGRAB] = "igrab",
		[IPUTRACE_OP_IPUT] = "iput",
		[IPUTRACE_OP_IO_END_INIT] = "io_end_init",
		[IPUTRACE_OP_IO_END_FREE] = "io_end_free",
		[IPUTRACE_OP_BIRTH] = "birth",
		[IPUTRACE_OP_EVICT] = "evict",
		[IPUTRACE_OP_CLEAR] = "clear",
		[IPUTRACE_OP_DEATH] = "death",
		[IPUTRACE_OP_IHOLD] = "ihold",
		[IPUTRACE_OP_IPUT_NOT_LAST] = "iput_not_last",
		[IPUTRACE_OP_UMOUNT] = "umount",
	};

	return op < (int)(sizeof(labels) / sizeof(labels[0])) && labels[op] ? labels[op] : "?";
}

static void add_flags(struct text *out, int flags)
{
	static const char *const names[] = {
		"I_FREEING", "I_WILL_FREE",    "I_CLEAR",	 "UNLINKED",
		"REFUSED",   "IN_IO_END_INIT", "IN_IO_END_FREE", "BROKEN_RULE",
	};
	const char *before = "";
	int bit;

	if (!flags)
		text_add(out, "0");
	for (bit = 0; bit < 8; bit++)
		if (flags & 1 << bit) {
			text_add(out, "%s%s", before, names[bit]);
			before = "|";
		}
}

static const struct {
	int bit;
	const char *id, *title;
} rules[] = {
	{RULE_R1, "R1", "put-without-reference"},
	{RULE_R2, "R2", "put-on-dying-inode"},
	{RULE_R2W, "R2w", "put-on-inode-about-to-die"},
	{RULE_R3, "R3", "count-at-death"},
	{RULE_R4, "R4", "refusal-ignored"},
	{RULE_R5, "R5", "hold-on-zero"},
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

/* The rule that names the line: a put on a dying inode says more than its count does. */
static size_t first_rule(int broken)
{
	size_t i = 0;

	if (broken & RULE_R2)
		return 1;
	while (i < RULES - 1 && !(broken & rules[i].bit))
		i++;
	return i;
}

void add_kmsg_line(struct text *out, const struct iputrace_rare *record, long withheld)
{
	const struct iputrace_event *event = &record->event;
	size_t rule = first_rule(broken_rules(event));

	/* KERN_CRIT is on the console at every usual console_loglevel. */
	text_add(out, "<2>iputrace: VIOLATION %s %s dev=%u:%u ino=%llu inode=0x%llx i_count=%d ",
		 rules[rule].id, rules[rule].title, event->s_dev >> 20, event->s_dev & 0xfffff,
		 event->i_ino, event->inode, event->i_count);
	text_add(out, "i_state=0x%x ", event->i_state);
	add_flags(out, event->flags & ~IPUTRACE_BROKEN_RULE);
	text_add(out, " tid=%u cpu=%u", event->tid, event->cpu);
	if (withheld)
		text_add(out, " (%ld more not shown)", withheld);
	text_add(out, "\n");
}

/* A task can give itself any name: nothing in it may end the string or the line. */
static void add_json_comm(struct text *out, const char *comm)
{
	int i;

	for (i = 0; i < IPUTRACE_COMM_LEN && comm[i]; i++) {
		unsigned char byte = comm[i];

		if (byte < ' ' || byte > '~' || byte == '"' || byte == '\\')
			text_add(out, "\\u%04x", byte);
		else
			text_add(out, "%c", byte);
	}
}

static void add_json_stack(struct text *out, const struct iputrace_rare *record,
			   const struct kallsyms *symbols)
{
	const char *before = "";
	int i;

	for (i = 0; i < IPUTRACE_STACK_CELLS * IPUTRACE_STACK_WORDS; i++) {
		const struct iputrace_stack_cell *cell = &record->stack[i / IPUTRACE_STACK_WORDS];
		__u64 address = cell->address[i % IPUTRACE_STACK_WORDS];

		if (!address)
			break;
		text_add(out, "%s\"", before);
		kallsyms_add(symbols, address, out);
		text_add(out, "\"");
		before = ",";
	}
}

void add_json_line(struct text *out, const struct iputrace_rare *record,
		   const struct kallsyms *symbols)
{
	const struct iputrace_event *event = &record->event;
	int broken = broken_rules(event);
	const char *before = "";
	size_t i;

	text_add(out, "{\"schema\":\"iputrace.evidence/1\",\"event\":\"%s\",\"rules\":[",
		 op_label(event->op));
	for (i = 0; i < RULES; i++)
		if (broken & rules[i].bit) {
			text_add(out, "%s\"%s\"", before, rules[i].id);
			before = ",";
		}
	text_add(out, "],\"ts_ns\":\"%llu\",\"cpu\":%u,\"inode\":\"0x%llx\",", event->ts_ns,
		 event->cpu, event->inode);
	text_add(out, "\"dev\":\"%u:%u\",\"i_ino\":\"%llu\",\"i_count\":%d,\"i_state\":\"0x%x\",",
		 event->s_dev >> 20, event->s_dev & 0xfffff, event->i_ino, event->i_count,
		 event->i_state);
	text_add(out, "\"flags\":\"");
	add_flags(out, event->flags);
	text_add(out, "\",\"io_end\":\"0x%llx\",\"tid\":%u,\"comm\":\"", event->io_end, event->tid);
	add_json_comm(out, record->comm.comm);
	text_add(out, "\",\"stack\":[");
	add_json_stack(out, record, symbols);
	text_add(out, "]}\n");
}
