/** How to capture with the tools of others: their commands, with the offsets of a given kernel filled in. */
@NullMarked
package dev.iputrace.trace.capture;

import org.jspecify.annotations.NullMarked;
