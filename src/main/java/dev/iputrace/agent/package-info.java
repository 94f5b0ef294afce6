/** The native agent through JNA, and the BPF rings it fills, read in place. */
@NullMarked
package dev.iputrace.agent;

import org.jspecify.annotations.NullMarked;
