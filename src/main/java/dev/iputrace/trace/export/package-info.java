/** Events for other tools: JSON lines, CSV, Perfetto. */
@NullMarked
package dev.iputrace.trace.export;

import org.jspecify.annotations.NullMarked;
