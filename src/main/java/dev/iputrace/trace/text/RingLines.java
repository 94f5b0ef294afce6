package dev.iputrace.trace.text;

import java.util.Arrays;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Event lines of a ring of ftrace, ours or not, by CPU: what the head of its trace and its stats files are compared
 * with. Hot path: one {@link #event} per line; allocates nothing once each CPU was seen.
 */
final class RingLines {
    private static final Pattern ENTRIES = Pattern.compile(LossMarkers.ENTRIES + "(?:.*#P:([0-9]{1,5}))?");
    private static final int NAMED_MAX = 8;

    private long[] byCpu = new long[64];
    private long total;
    private long entries;
    private boolean headSeen;
    private int cpusOfHead;

    void event(int cpu) {
        if (cpu >= byCpu.length) {
            byCpu = Arrays.copyOf(byCpu, Integer.highestOneBit(cpu) * 2);
        }
        byCpu[cpu]++;
        total++;
    }

    /** A comment, in case it is the head: how many entries are to come, of a machine of how many CPUs. */
    void comment(String line) {
        Matcher matcher = ENTRIES.matcher(line);
        if (matcher.find()) {
            headSeen = true;
            entries = Math.min(entries + Long.parseLong(matcher.group(1)), Long.MAX_VALUE / 4);
            String cpus = matcher.group(3);
            cpusOfHead = Math.max(cpusOfHead, cpus == null ? 0 : Integer.parseInt(cpus));
        }
    }

    /** CPUs that have lines, or that the head says there are. */
    int cpus() {
        return Math.max(cpusOfHead, (int)
                Arrays.stream(byCpu).filter(count -> count > 0).count());
    }

    /** Numbers of lines of the CPUs that have any, the smallest first. */
    long[] counts() {
        return Arrays.stream(byCpu).filter(count -> count > 0).sorted().toArray();
    }

    /** {@code 174 events (78 on cpu 0, 96 on cpu 1)}. */
    String text() {
        StringJoiner text = new StringJoiner(", ", total + " events (", ")");
        int named = 0;
        for (int cpu = 0; cpu < byCpu.length && named <= NAMED_MAX; cpu++) {
            if (byCpu[cpu] > 0) {
                text.add(named == NAMED_MAX ? "..." : byCpu[cpu] + " on cpu " + cpu);
                named++;
            }
        }
        return named == 0 ? "no event" : text.toString();
    }

    /** {@code 78 + 96}. */
    static String text(long[] counts) {
        StringJoiner text = new StringJoiner(" + ");
        for (int i = 0; i <= Math.min(counts.length - 1, NAMED_MAX); i++) {
            text.add(i == NAMED_MAX ? "..." : Long.toString(counts[i]));
        }
        return counts.length == 0 ? "0" : text.toString();
    }

    /** Why these are not the lines that the head announced, or null. */
    @Nullable
    String mismatch() {
        if (!headSeen || entries == total) {
            return null;
        }
        return "the head of the trace counts " + entries + " entries, and it has " + total + " lines of events";
    }
}
