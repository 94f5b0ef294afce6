package dev.iputrace.sim.kernel;

/**
 * What the fake kernel knows to be broken, named as the rules are. Computed from its memory, never from what probes
 * saw of it, so that a checker can be compared with it.
 */
public enum Broken {
    R1,
    R2,
    R2W,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R10;

    @SuppressWarnings("EnumOrdinal") // a set within one process: nothing that is stored or sent depends on it
    public int bit() {
        return 1 << ordinal();
    }
}
