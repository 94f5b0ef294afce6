/** The fake kernel: memory in one array, tasks that are state machines, probes where the real ones sit. */
@NullMarked
package dev.iputrace.sim.kernel;

import org.jspecify.annotations.NullMarked;
