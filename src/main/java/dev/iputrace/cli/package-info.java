/** Commands: picocli, wiring, exit codes; the only place for System.out and System.exit. */
@NullMarked
package dev.iputrace.cli;

import org.jspecify.annotations.NullMarked;
