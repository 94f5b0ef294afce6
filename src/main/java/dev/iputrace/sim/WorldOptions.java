package dev.iputrace.sim;

import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.util.EnumSet;
import java.util.Set;

/**
 * A kernel and a scenario whose interleavings are to be looked at.
 *
 * @param faults what is wrong beside what the era has by nature; acts at each chance it has
 * @param inodes files of the scenario
 * @param ioEnds pages written to each file: so many io_ends, where the era makes them
 * @param cpus handlers of interrupts, and workers that finish io_ends; tasks are not bound to a CPU
 * @param nodelalloc write(2) allocates blocks: {@code -o nodelalloc}
 */
public record WorldOptions(
        Era era, Scenario scenario, Set<Fault> faults, int inodes, int ioEnds, int cpus, boolean nodelalloc) {
    /** So that slots of all kinds fit into 4 bits. */
    private static final int FILES_MAX = 4;

    private static final int IO_ENDS_MAX = 4;
    private static final int CPUS_MAX = 4;

    public WorldOptions {
        check("inodes", inodes, FILES_MAX);
        check("io-ends", ioEnds, IO_ENDS_MAX);
        check("cpus", cpus, CPUS_MAX);
        for (Fault fault : faults) {
            if (!fault.ofKernel()) {
                throw new IllegalArgumentException("explore: fault=" + fault.label()
                        + ": what is wrong with the observation, not with the kernel; see iputrace sim");
            }
        }
        faults = faults.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(faults);
    }

    public static WorldOptions of(Era era, Scenario scenario) {
        return new WorldOptions(era, scenario, Set.of(), 1, 2, 1, false);
    }

    private static void check(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException("explore: " + name + "=" + value + ", want 1 to " + max);
        }
    }

    public WorldOptions withFaults(Set<Fault> value) {
        return new WorldOptions(era, scenario, value, inodes, ioEnds, cpus, nodelalloc);
    }

    public WorldOptions withSize(int inodesWanted, int ioEndsWanted, int cpusWanted) {
        return new WorldOptions(era, scenario, faults, inodesWanted, ioEndsWanted, cpusWanted, nodelalloc);
    }

    public WorldOptions withNodelalloc(boolean value) {
        return new WorldOptions(era, scenario, faults, inodes, ioEnds, cpus, value);
    }
}
