/**
 * All interleavings of a small scenario, on the state machines of package {@code sim}: {@link
 * dev.iputrace.explore.Explorer} searches, {@link dev.iputrace.explore.Ledger} judges each event by the model's rules
 * on the way, {@link dev.iputrace.explore.CheckerPass} lets the real checker judge every transition once more.
 */
@NullMarked
package dev.iputrace.explore;

import org.jspecify.annotations.NullMarked;
