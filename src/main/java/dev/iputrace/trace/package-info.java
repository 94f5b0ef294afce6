/** What outlives a run: recordings, traces of other tools, and what they are turned into. */
@NullMarked
package dev.iputrace.trace;

import org.jspecify.annotations.NullMarked;
