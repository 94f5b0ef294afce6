package dev.iputrace.trace.ctf;

/** The name of a stream file: {@code cpu0}. */
final class StreamName {
    private static final String PREFIX = "cpu";

    private StreamName() {}

    static String of(int cpu) {
        return PREFIX + cpu;
    }

    /** Negative when this is no name of a stream. */
    static int cpu(String name) {
        if (!name.matches(PREFIX + "(0|[1-9][0-9]{0,4})")) {
            return -1;
        }
        int cpu = Integer.parseInt(name.substring(PREFIX.length()));
        return cpu <= 0xffff ? cpu : -1;
    }
}
