package dev.iputrace.check;

/**
 * References by the code that took or gave them.
 *
 * @param caller return address; 0 for calls whose caller was not sent or did not fit into the table
 * @param grabbed igrab and ihold that took a reference
 * @param refused igrab that took none
 * @param put iput
 */
public record CallSite(long caller, long grabbed, long refused, long put) {}
