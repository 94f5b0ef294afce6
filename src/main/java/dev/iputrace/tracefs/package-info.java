/**
 * Live events without any BPF: trace events made of kprobes, in instances of tracefs of our own, read as the binary
 * pages of their ring buffers.
 */
@NullMarked
package dev.iputrace.tracefs;

import org.jspecify.annotations.NullMarked;
