package dev.iputrace.sim.kernel;

/** Is told what is really wrong in the fake kernel. Used by tests and by the panic report; rare, so may allocate. */
public interface Truth {
    Truth DEAF = new Truth() {};

    /**
     * An event breaks rules, or the lack of one does: an inode left over by an unmount (R10), an io_end that will never
     * be freed (R8).
     *
     * @param rules bits of {@link Broken}
     * @param seq of the event on its CPU; -1 where there is none
     * @param ioEnd address, or 0
     * @param sent false when this very event got lost on its way
     */
    default void broken(int rules, long tsNs, int cpu, int seq, long inode, long ioEnd, boolean sent) {}

    /** The root of the trouble; {@code generation} counts the lives of the address from 1. */
    default void cause(Cause cause, long tsNs, long inode, int generation) {}
}
