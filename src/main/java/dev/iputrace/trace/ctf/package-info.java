/** Our recordings: CTF 1.8 whose events are the 64-byte cells, written so that a kill at any moment leaves them readable. */
@NullMarked
package dev.iputrace.trace.ctf;

import org.jspecify.annotations.NullMarked;
