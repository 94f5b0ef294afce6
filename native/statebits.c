// SPDX-License-Identifier: Apache-2.0
#include "statebits.h"

void state_bits_judge(struct state_bits *bits, const struct iputrace_config *config,
		      const struct self_check *check)
{
	bits->evict_state = check->evict_state;
	bits->death_state = check->death_state;
	if (check->evict_state && !(check->evict_state & config->i_freeing))
		bits->wrong++;
	if (check->death_state && check->death_state != (config->i_freeing | config->i_clear))
		bits->wrong++;
	bits->verified = check->evict_state && check->death_state && !bits->wrong;
}

int state_bits_count(struct state_bits *bits, __u64 wrong)
{
	int first = wrong && !bits->wrong;

	if (wrong > bits->wrong)
		bits->wrong = wrong;
	return first;
}

static void add_contradiction(const struct state_bits *bits, const struct iputrace_config *config,
			      struct text *out)
{
	text_add(out,
		 "state_bits=contradicted: I_FREEING=0x%x I_CLEAR=0x%x, but i_state was 0x%x at "
		 "evict and 0x%x at destroy_inode\n",
		 config->i_freeing, config->i_clear, bits->evict_state, bits->death_state);
	text_add(out, "incomplete.state_bits=the bits of i_state assumed for this kernel are wrong "
		      "(state_bits): what is dying cannot be told, R2, R2w and R6 not checked\n");
	text_add(out, "missing_field.i_state=its bits are contradicted\n");
}

void state_bits_provenance(const struct state_bits *bits, const struct iputrace_config *config,
			   struct text *out)
{
	if (bits->wrong)
		add_contradiction(bits, config, out);
	else if (bits->verified)
		text_add(out, "state_bits=verified: i_state 0x%x at evict, 0x%x at destroy_inode\n",
			 bits->evict_state, bits->death_state);
	else
		text_add(out, "state_bits=assumed: no eviction by the self-check was seen\n");
}
