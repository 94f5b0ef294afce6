package dev.iputrace.sim.kernel;

/** What really went wrong, as opposed to where it showed. */
public enum Cause {
    /** ext4_init_io_end went on without the reference that igrab refused. */
    IGNORED_REFUSAL,
    EXTRA_PUT,
    FORGOTTEN_PUT,
    IO_END_FREED_TWICE,
    IO_END_LEAKED,
    HOLD_ON_ZERO,
    /** igrab gave a reference on an inode that was being freed. */
    GRAB_OF_DYING
}
