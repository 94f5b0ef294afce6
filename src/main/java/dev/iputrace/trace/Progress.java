package dev.iputrace.trace;

import dev.iputrace.event.EventSource;

/** How far a source has been read, for a progress bar. */
public interface Progress {
    long bytesRead();

    /** -1 when unknown, as of a pipe. */
    long bytesTotal();

    /** That of a source which tells it; else one that tells nothing. */
    static Progress of(EventSource source) {
        return source instanceof Progress progress ? progress : UNKNOWN;
    }

    /** Of a source that tells nothing. */
    Progress UNKNOWN = new Progress() {
        @Override
        public long bytesRead() {
            return 0;
        }

        @Override
        public long bytesTotal() {
            return -1;
        }
    };
}
