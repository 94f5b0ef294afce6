/** The bytes shared with C: offsets of bpf/iputrace.h and flyweights over them. */
@NullMarked
package dev.iputrace.abi;

import org.jspecify.annotations.NullMarked;
