/** Our recordings: CTF 1.8 of 64-byte cells, written so that a kill at any moment leaves them readable. */
@NullMarked
package dev.iputrace.trace.ctf;

import org.jspecify.annotations.NullMarked;
