/**
 * The probes compiled on this host by libbcc, for kernels that have BPF and no BTF.
 *
 * <p>This package makes one file: the machine code of {@code bpf/iputrace.bcc.c}, which is the CO-RE program's own
 * source with another way to reach the fields. The native agent loads it ({@code native/compiled.h}), and from there on
 * everything is the same as for the CO-RE program: probes, rings, loss, self-check, cells.
 */
@NullMarked
package dev.iputrace.bcc;

import org.jspecify.annotations.NullMarked;
