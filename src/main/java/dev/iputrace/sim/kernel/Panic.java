package dev.iputrace.sim.kernel;

import java.util.List;

/**
 * The end of the fake kernel.
 *
 * @param rip where it ended: {@code iput+0x69/0x70}
 * @param lines what it printed, without timestamps
 */
public record Panic(long tsNs, int cpu, int tid, String comm, String rip, List<String> lines) {}
