package dev.iputrace.trace.ctf;

/**
 * How a recording is bounded and how soon it is on disk.
 *
 * @param bytesMax size at which the recording stops, or, with more than one part, forgets its oldest part
 * @param parts 1: one trace; more: a ring of that many traces, each of {@code bytesMax / parts}
 * @param sync force written packets to the disk at each commit, not only to the page cache
 */
public record RecorderOptions(long bytesMax, int parts, boolean sync) {
    public static final RecorderOptions UNBOUNDED = new RecorderOptions(Long.MAX_VALUE, 1, false);

    private static final long PART_BYTES_MIN = 1 << 16;

    public RecorderOptions {
        if (parts < 1 || bytesMax / parts < PART_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "recording: bytes=" + bytesMax + ", parts=" + parts + ", want at least 64 KiB a part");
        }
    }

    long partBytesMax() {
        return bytesMax / parts;
    }
}
