package dev.iputrace.sim.kernel;

import java.util.EnumSet;
import java.util.Set;

/**
 * Which kernel, and how it is wrong.
 *
 * @param nodelalloc write(2) allocates blocks, so that kjournald2 writes the data of unlinked files (ordered mode)
 * @param faultEvery a fault acts at one chance in so many
 * @param faultMax and at most so often
 * @param exact for the explorer: choices are taken literally, nothing is random
 */
public record KernelOptions(
        Era era, Set<Fault> faults, boolean nodelalloc, int faultEvery, int faultMax, long seed, boolean exact) {
    public KernelOptions {
        faults = faults.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(faults);
    }
}
