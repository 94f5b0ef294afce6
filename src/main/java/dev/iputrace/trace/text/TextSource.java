package dev.iputrace.trace.text;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.Provenance;
import dev.iputrace.trace.Progress;
import dev.iputrace.trace.TraceFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Imports a text trace, line by line as it comes. What the trace cannot say is said in the provenance: {@code
 * missing.OP}, {@code missing_field.OP.FIELD}, {@code completeness} ({@code stats} when the stats files of the ring
 * vouch for it, else {@code unknown}: a full ring in no-overwrite mode drops events without a word).
 */
public final class TextSource implements EventSource, Progress {
    private static final String UNVOUCHED = "a text trace does not show all its loss: only --stats with the "
            + "per_cpu/cpu*/stats files of the ring can vouch that it is complete";

    private static final String DISORDER =
            "lines are out of the order of time by up to %d ms; for lines of bpftrace and"
                    + " systemtap: sort -s -n -k 2,2 FILE | iputrace replay -";
    /** CPUs are not quite at one, and a ring is emptied in pieces. */
    private static final long DISORDER_NS = 100_000_000;

    private static final int LINES_PER_DRAIN = 8192;
    private static final int STACK_MAX = 24;
    private static final int OTHER_MAX = 512;
    private static final int FIRST_MAX = 120;
    /** So far the first event is looked for. */
    private static final long SURVEY_BYTES_MAX = 64 << 20;

    private static final long PAUSE_NS = 1_000_000;

    /** Lines that are no events and no riddle either, of a file or of a console. */
    private static final Pattern KNOWN =
            Pattern.compile("^(?:<[0-9]+>)?(?:\\[[^]]{1,30}\\] ?){0,3}(?:\\s*$|#|cpus=|version = |"
                    + "CPU [0-9]+ is empty| => |\\s*<stack trace>|.*: <stack trace>$|-+$|Dumping ftrace buffer|"
                    + "Attaching [0-9]+ probe)");

    private final ImportOptions options;
    private final LineReader lines;
    private final long bytesTotal;
    private final LineHead head = new LineHead();
    private final Location location = new Location();
    private final Arguments arguments;
    private final EventKinds kinds;
    private final Survey survey = new Survey();
    private final TextCells cells;
    private final long[] stack = new long[STACK_MAX];
    private int stackSize;
    private boolean stackWanted;
    private long statsLost;
    /** By lines before the first event that were too many to keep. */
    private long earlierLost;

    private long lastTsNs;
    private long newestTsNs = Long.MIN_VALUE;
    /** How far a line was behind an older one at most. */
    private long disorderNs;

    private long unmatched;
    private @Nullable String firstUnmatched;
    private @Nullable String broken;
    private boolean ended;

    /** Reads on until there is an event to say what the trace holds, or as much as tells that it is no trace. */
    public TextSource(InputStream in, long bytesTotal, ImportOptions options) throws IOException {
        this.options = options;
        this.bytesTotal = bytesTotal;
        this.lines = new LineReader(in);
        this.arguments = new Arguments(Field.byKey(options.fieldKeys()));
        this.kinds = new EventKinds(options.eventNames());
        if (options.kernel() != null && KernelRelease.parse(options.kernel()) == null) {
            throw new IllegalArgumentException("kernel: no release: " + options.kernel() + ", want one like 6.1.0");
        }
        for (Path path : options.stats()) {
            statsLost += LossMarkers.inStats(path);
        }
        look();
        this.cells = new TextCells(survey.stateBits(options.kernel()));
    }

    private void look() throws IOException {
        lines.hold();
        long lostHere = 0;
        int got = 0;
        while (got >= 0 && survey.isEmpty() && lines.bytesRead() < SURVEY_BYTES_MAX) {
            if (lines.isFull()) {
                lines.forget();
                earlierLost += lostHere;
                lostHere = 0;
            }
            got = lines.fill();
            lines.hold();
            if (got == 0) {
                LockSupport.parkNanos(PAUSE_NS);
            }
            while (survey.isEmpty() && lines.next()) {
                lostHere += lookAtLine();
            }
        }
        lines.rewind();
    }

    /** Returns what the line says was lost: it counts when the line is forgotten before it is read again. */
    private long lookAtLine() {
        if (head.parse(lines.bytes(), lines.start, lines.end) == LineHead.NONE) {
            String line = lineText();
            survey.other(line);
            return LossMarkers.in(line).count();
        }
        survey(kind());
        return 0;
    }

    /** As much of a line that is no event as tells what it is. */
    private String lineText() {
        return Bytes.text(lines.bytes(), lines.start, Math.min(lines.end, lines.start + OTHER_MAX));
    }

    /** Each kind of event, when it first comes and when it first has a field. */
    private void survey(EventKind kind) {
        if (!kind.surveyed || (arguments.present() & ~kind.fieldsSeen) != 0) {
            kind.surveyed = true;
            kind.fieldsSeen |= arguments.present();
            survey.line(head, location, kind, arguments);
        }
    }

    /** Reads body of the line whose head was read. */
    private EventKind kind() {
        byte[] bytes = lines.bytes();
        int at = location.parse(bytes, head.body, lines.end);
        EventKind kind = kinds.of(bytes, head, location);
        if (kind.call != Call.OTHER && kind.call != Call.MARK) {
            arguments.parse(bytes, at, lines.end, kind.keys);
        }
        return kind;
    }

    @Override
    public Provenance provenance() {
        Provenance provenance = survey.provenance(options.kernel())
                .with("completeness", options.stats().isEmpty() ? "unknown" : "stats")
                .with("import_unmatched", Long.toString(unmatched));
        if (cells.nullInodes() + cells.incomplete() > 0) {
            provenance = provenance
                    .with("import_null_inodes", Long.toString(cells.nullInodes()))
                    .with("import_incomplete", Long.toString(cells.incomplete()));
        }
        if (firstUnmatched != null) {
            provenance = provenance.with("import_unmatched_first", firstUnmatched);
        }
        if (options.stats().isEmpty()) {
            provenance = provenance.with("incomplete.text", UNVOUCHED);
        }
        if (disorderNs > 0) {
            provenance = provenance.with("incomplete.order", DISORDER.formatted(disorderNs / 1_000_000));
        }
        return broken == null
                ? provenance
                : provenance.with("damage", broken).with("incomplete.damage", "the trace is damaged: " + broken);
    }

    @Override
    public int drain(EventSink sink) {
        if (ended) {
            return END;
        }
        if (earlierLost > 0) {
            cells.loss(LossStage.IMPORT, earlierLost, 0, 0, sink);
            earlierLost = 0;
        }
        int count = 0;
        while (count < LINES_PER_DRAIN && lines.next()) {
            line(sink);
            count++;
        }
        if (count > 0) {
            return count;
        }
        int got = fill();
        if (got >= 0) {
            return Math.min(got, 1);
        }
        if (lines.next()) {
            line(sink);
        } else {
            end(sink);
        }
        return 1;
    }

    private int fill() {
        try {
            return lines.fill();
        } catch (IOException e) {
            broken = "byte=" + lines.bytesRead() + ": cannot be read: " + e.getMessage();
            return -1;
        }
    }

    private void end(EventSink sink) {
        ended = true;
        sendStack(sink);
        if (statsLost > 0) {
            cells.loss(LossStage.IMPORT, statsLost, 0, lastTsNs, sink);
        }
        if (broken != null) {
            cells.loss(LossStage.IMPORT, 1, 0, lastTsNs, sink);
        }
    }

    private void line(EventSink sink) {
        byte[] bytes = lines.bytes();
        if (head.parse(bytes, lines.start, lines.end) == LineHead.NONE) {
            other(bytes, sink);
            return;
        }
        sendStack(sink);
        EventKind kind = kind();
        stackWanted = false;
        if (kind.call == Call.OTHER) {
            return;
        }
        survey(kind);
        order(sink);
        if (kind.call == Call.MARK) {
            cells.mark(bytes, head.body, lines.end, head, sink);
            return;
        }
        long before = cells.events();
        cells.event(kind, head, location, arguments, sink);
        stackWanted = cells.events() > before && head.grammar == LineHead.PERF;
        long unpaired = cells.takeUnpaired();
        if (unpaired > 0) {
            cells.loss(LossStage.PROBE_MISSED, unpaired, head.cpu, head.tsNs, sink);
        }
    }

    /** A script prints a CPU's events after another's: what rests on the order of events cannot be judged then. */
    private void order(EventSink sink) {
        lastTsNs = head.tsNs;
        newestTsNs = Math.max(newestTsNs, lastTsNs);
        long behindNs = newestTsNs - lastTsNs;
        if (behindNs > Math.max(disorderNs, DISORDER_NS)) {
            if (disorderNs == 0) {
                cells.lossToTheEnd(head, sink);
            }
            disorderNs = behindNs;
        }
    }

    private void other(byte[] bytes, EventSink sink) {
        if (stackWanted && stackLine(bytes)) {
            return;
        }
        String line = lineText();
        LossMarkers.Lost lost = LossMarkers.in(line);
        if (lost.count() > 0) {
            sendStack(sink);
            cells.loss(LossStage.IMPORT, lost.count(), lost.cpu(), lastTsNs, sink);
        } else if (!KNOWN.matcher(line).find()) {
            unmatched++;
            if (firstUnmatched == null) {
                firstUnmatched =
                        line.substring(0, Math.min(line.length(), FIRST_MAX)).strip();
            }
        }
    }

    /** {@code "\t ffffffff8e98cc41 iput+0x1 ([kernel.kallsyms])"}, below an event of perf script. */
    private boolean stackLine(byte[] bytes) {
        int at = Bytes.skipSpaces(bytes, lines.start, lines.end);
        long address = 0;
        int digits = 0;
        while (at < lines.end && Bytes.hex(bytes[at]) >= 0 && digits <= 16) {
            address = (address << 4) | Bytes.hex(bytes[at]);
            at++;
            digits++;
        }
        if (digits < 4 || digits > 16 || (at < lines.end && bytes[at] != ' ')) {
            return at == lines.end && digits == 0;
        }
        if (stackSize < STACK_MAX) {
            stack[stackSize++] = address;
        }
        return true;
    }

    private void sendStack(EventSink sink) {
        if (stackSize > 0) {
            cells.stack(stack, stackSize, sink);
            stackSize = 0;
        }
    }

    @Override
    public long bytesRead() {
        return lines.bytesRead();
    }

    @Override
    public long bytesTotal() {
        return bytesTotal;
    }

    /** Whether any line is an event of ours; without one the input is perhaps no trace at all. */
    public boolean hasEvents() {
        return !survey.isEmpty();
    }

    /** Throws {@link TraceFormatException} when no line looked like a trace. */
    public TextSource orRefuse(String name) {
        if (!hasEvents()) {
            throw new TraceFormatException("no trace that iputrace knows: path=" + name + ": "
                    + (lines.bytesRead() < SURVEY_BYTES_MAX ? "none of its lines is" : "no line of its first 64 MiB is")
                    + " an event of a known probe; events of other names need --map OP=EVENT, and iputrace import --how"
                    + " TOOL tells how to capture");
        }
        return this;
    }

    @Override
    @SuppressWarnings("EmptyCatch")
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            // What was read is read.
        }
    }
}
