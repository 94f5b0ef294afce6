package dev.iputrace.trace;

/** How far a source has been read, for a progress bar. */
public interface Progress {
    long bytesRead();

    /** -1 when unknown, as of a pipe. */
    long bytesTotal();
}
