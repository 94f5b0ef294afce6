package dev.iputrace.trace.text;

import java.util.regex.Pattern;

/** Lines that are no events: which belong beside them, in a file or on a console, and which were events once. */
final class OtherLines {
    /** Comments, headers, stacks, and what scripts say at their start. */
    private static final Pattern KNOWN =
            Pattern.compile("^(?:<[0-9]+>)?(?:\\[[^]]{1,30}\\] ?){0,3}(?:\\s*$|#|cpus=|version = |"
                    + "CPU [0-9]+ is empty|\\s?=> |\\s*<stack trace>|-+$|Dumping ftrace buffer|"
                    + "Attaching [0-9]+ probe)");

    /** A dump of the kernel's own: whatever a console shows may stand around it. */
    private static final Pattern DUMP = Pattern.compile("Dumping ftrace buffer|\\(ftrace buffer empty\\)");

    /** The argument, the task and CPU, or the time of an event; or bytes that no tracer writes. */
    private static final Pattern LIKE_EVENT =
            Pattern.compile("\\b(?:inode|io_end|i_count|i_state|i_ino|i_nlink|s_dev)=(?:0x|[0-9(-]|$)"
                    + "|\\S-[0-9]+ +(?:\\([^)]{1,10}\\) +)?\\[[^]]{1,6}(?:\\] |\\]?$)"
                    + "|-[0-9]+ +[0-9]\\S{4,9} +[0-9]+us\\b"
                    + "|^\\s*iputrace [0-9]"
                    + "|[\\x00-\\x08\\x0e-\\x1a\\x1c-\\x1f]");

    private OtherLines() {}

    static boolean isKnown(String line) {
        return KNOWN.matcher(line).find();
    }

    static boolean isDump(String line) {
        return DUMP.matcher(line).find();
    }

    static boolean isLikeEvent(String line) {
        return LIKE_EVENT.matcher(line).find();
    }
}
