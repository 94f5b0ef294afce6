package dev.iputrace.trace.text;

import dev.iputrace.trace.TraceFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code per_cpu/cpu*} stats files of a ring of ftrace said when its text was read, a set of counters per CPU,
 * each beginning with {@code entries}. They vouch for the text only when it has as many lines of each CPU as were
 * counted there: {@code entries} are those that stayed in the ring, as {@code trace} leaves them, and {@code read
 * events} those that were taken out, as {@code trace_pipe} does. A file does not say which CPU it is of, so what is
 * compared is the counts, in order.
 */
final class RingStats {
    private static final Pattern COUNTER =
            Pattern.compile("^(entries|overrun|commit overrun|dropped events|read events): ([0-9]{1,18})$");
    private static final List<String> LOST = List.of("overrun", "commit overrun", "dropped events");
    private static final String FIRST = "entries";
    private static final int BYTES_MAX = 4 << 20;
    /** No ring holds more, and sums of this do not wrap. */
    private static final long COUNT_MAX = 1L << 40;

    private final List<Map<String, Long>> cpus = new ArrayList<>();

    /**
     * Reads the files, each once.
     *
     * @throws TraceFormatException when one is no such file: it would vouch for completeness
     */
    RingStats(List<Path> paths) throws IOException {
        Set<Path> seen = new HashSet<>();
        for (Path path : paths) {
            String text;
            try (InputStream in = Files.newInputStream(path)) {
                text = new String(in.readNBytes(BYTES_MAX), StandardCharsets.ISO_8859_1);
            } catch (NoSuchFileException e) {
                throw new TraceFormatException("stats: no such file: path=" + path, e);
            }
            if (seen.add(path.toRealPath()) && !add(text)) {
                throw new TraceFormatException("stats: no counter of a ring in it: path=" + path
                        + " (want what per_cpu/cpu*/stats had when the trace was read)");
            }
        }
    }

    private boolean add(String text) {
        Map<String, Long> cpu = Map.of();
        for (String line : text.split("\n")) {
            Matcher matcher = COUNTER.matcher(line.strip());
            if (matcher.matches()) {
                String name = matcher.group(1);
                if (cpu.isEmpty() || name.equals(FIRST) || cpu.containsKey(name)) {
                    cpu = new LinkedHashMap<>();
                    cpus.add(cpu);
                }
                cpu.put(name, Math.min(Long.parseLong(matcher.group(2)), COUNT_MAX));
            }
        }
        return !cpu.isEmpty();
    }

    /** Events that were overwritten or dropped. */
    long lost() {
        long lost = 0;
        for (Map<String, Long> cpu : cpus) {
            for (String name : LOST) {
                lost += cpu.getOrDefault(name, 0L);
            }
        }
        return lost;
    }

    /** Why the counters do not vouch for these lines, or null when they do. */
    @Nullable
    String mismatch(RingLines lines) {
        for (Map<String, Long> cpu : cpus) {
            if (!cpu.containsKey(FIRST)) {
                return "a part of them lacks " + FIRST;
            }
            for (String name : LOST) {
                if (!cpu.containsKey(name)) {
                    return "a part of them lacks " + name + ", as of old kernels";
                }
            }
        }
        long[] counted = cpus.stream()
                .mapToLong(cpu -> cpu.getOrDefault(FIRST, 0L) + cpu.getOrDefault("read events", 0L))
                .filter(count -> count > 0)
                .sorted()
                .toArray();
        if (cpus.size() < lines.cpus()) {
            return "they are of " + cpus.size() + " CPU" + (cpus.size() == 1 ? "" : "s") + ", the trace of "
                    + lines.cpus();
        }
        if (Arrays.equals(counted, lines.counts())) {
            return null;
        }
        return "they count " + RingLines.text(counted) + " events (entries and read events), the trace has lines of "
                + lines.text();
    }
}
