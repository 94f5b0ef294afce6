package dev.iputrace.trace.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines by which a tracer says that events are missing. */
final class LossMarkers {
    /** trace_pipe and trace-cmd report: {@code CPU:0 [LOST 764 EVENTS]}, {@code CPU:1 [EVENTS DROPPED]}. */
    private static final Pattern RING =
            Pattern.compile("^CPU:([0-9]{1,5}) \\[(?:LOST )?([0-9]{1,18})?\\s?EVENTS(?: DROPPED)?\\]$");
    /** perf script --show-lost-events. */
    private static final Pattern PERF =
            Pattern.compile("\\[([0-9]{1,5})\\].*: PERF_RECORD_LOST(?:_SAMPLES)? lost ([0-9]{1,18})");
    /** The head of the trace file: what is not in it was overwritten. */
    static final String ENTRIES =
            "^# (?:entries-in-buffer/entries-written: |latency: [0-9]+ us, #)([0-9]{1,18})/([0-9]{1,18})";

    private static final Pattern HEAD = Pattern.compile(ENTRIES);
    /** bpftrace and stap. */
    private static final Pattern SCRIPT =
            Pattern.compile("(?:^Lost|There were|Number of skipped probes:|^Skipped due to [a-z ]+:) ([0-9]{1,18})");

    private LossMarkers() {}

    /** Nobody loses more, and sums of this do not wrap. */
    private static final long COUNT_MAX = 1L << 40;

    /** @param cpu the one that lost, 0 when the line does not say */
    record Lost(long count, int cpu) {
        static final Lost NOTHING = new Lost(0, 0);
    }

    private static long count(String digits) {
        return Math.min(Long.parseLong(digits), COUNT_MAX);
    }

    static Lost in(String line) {
        Matcher ring = RING.matcher(line.strip());
        if (ring.matches()) {
            String digits = ring.group(2);
            return new Lost(digits == null ? 1 : count(digits), Integer.parseInt(ring.group(1)));
        }
        Matcher perf = PERF.matcher(line);
        if (perf.find()) {
            return new Lost(count(perf.group(2)), Integer.parseInt(perf.group(1)));
        }
        Matcher head = HEAD.matcher(line);
        if (head.find()) {
            long missing = count(head.group(2)) - count(head.group(1));
            return new Lost(Math.max(missing, 0), 0);
        }
        Matcher script = SCRIPT.matcher(line);
        return script.find() ? new Lost(count(script.group(1)), 0) : Lost.NOTHING;
    }
}
