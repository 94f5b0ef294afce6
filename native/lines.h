/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of one rare record, in one line: for the kernel's log and for the evidence file. */
#ifndef IPUTRACE_LINES_H
#define IPUTRACE_LINES_H

#include "../bpf/iputrace.h"
#include "kallsyms.h"

enum rule_bit {
	RULE_R1 = 1 << 0,
	RULE_R2 = 1 << 1,
	RULE_R2W = 1 << 2,
	RULE_R3 = 1 << 3,
	RULE_R4 = 1 << 4,
	RULE_R5 = 1 << 5,
};

/* The set of rules this event breaks, judged by its own bytes as model.StatelessRules does. */
int broken_rules(const struct iputrace_event *event);

/* A refusal inside ext4_init_io_end, or a broken rule. */
int is_evidence(const struct iputrace_event *event);

/* "<2>iputrace: VIOLATION R2 put-on-dying-inode dev=.. ...\n"; withheld: lines not shown before. */
void add_kmsg_line(struct text *out, const struct iputrace_rare *record, long withheld);

/* {"schema":"iputrace.evidence/1",...}\n, the same as report.EvidenceLog makes. */
void add_json_line(struct text *out, const struct iputrace_rare *record,
		   const struct kallsyms *symbols);

#endif
