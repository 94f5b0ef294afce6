/** What the user names becomes a source: recognised by content, unpacked, filtered. */
@NullMarked
package dev.iputrace.trace.input;

import org.jspecify.annotations.NullMarked;
