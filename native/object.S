/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled BPF object, inside the agent: nothing to find at run time. */
	.section .rodata
	.balign 8
	.globl iputrace_object
	.hidden iputrace_object
iputrace_object:
	.incbin "iputrace.bpf.o"
	.globl iputrace_object_end
	.hidden iputrace_object_end
iputrace_object_end:
	.section .note.GNU-stack, "", @progbits
