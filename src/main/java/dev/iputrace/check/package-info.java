/** The engine: routes cells to the model, bounds memory, turns loss into UNKNOWN. */
@NullMarked
package dev.iputrace.check;

import org.jspecify.annotations.NullMarked;
