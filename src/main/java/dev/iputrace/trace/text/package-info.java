/** Traces of other tools as text: ftrace, trace-cmd report, perf script, and the line our own scripts print. */
@NullMarked
package dev.iputrace.trace.text;

import org.jspecify.annotations.NullMarked;
