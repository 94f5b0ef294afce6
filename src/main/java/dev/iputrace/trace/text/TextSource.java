package dev.iputrace.trace.text;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.Provenance;
import dev.iputrace.trace.Progress;
import dev.iputrace.trace.TraceFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.LockSupport;
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
    private static final int OTHER_MAX = 512;
    /** So far the first event is looked for. */
    private static final long SURVEY_BYTES_MAX = 64 << 20;

    private static final long PAUSE_NS = 1_000_000;

    private final ImportOptions options;
    private final LineReader lines;
    private final long bytesTotal;
    private final LineHead head = new LineHead();
    private final Location location = new Location();
    private final Arguments arguments;
    private final EventKinds kinds;
    private final Survey survey = new Survey();
    private final TextCells cells;
    private final PerfStack stack = new PerfStack();
    private final RingLines ring = new RingLines();
    private final RingStats stats;
    private final Flaws flaws = new Flaws();
    /** Of any kind. */
    private boolean anyEvent;
    /** Among whatever else a console shows. */
    private boolean onConsole;
    /** By lines before the first event that were too many to keep. */
    private long earlierLost;

    private long lastTsNs;
    private long newestTsNs = Long.MIN_VALUE;
    /** How far a line was behind an older one at most. */
    private long disorderNs;

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
        this.stats = new RingStats(options.stats());
        look();
        this.cells = new TextCells(survey.stateBits(options.kernel()));
    }

    private void look() throws IOException {
        lines.hold();
        int got = 0;
        while (got >= 0 && survey.isEmpty() && lines.bytesRead() < SURVEY_BYTES_MAX) {
            if (lines.isFull()) {
                forget();
            }
            got = lines.fill();
            lines.hold();
            if (got == 0) {
                LockSupport.parkNanos(PAUSE_NS);
            }
            while (survey.isEmpty() && lines.next()) {
                lookAtLine();
            }
        }
        lines.rewind();
    }

    private void lookAtLine() {
        if (head.parse(lines.bytes(), lines.start, lines.end) == LineHead.NONE) {
            survey.other(lineText());
        } else {
            survey(kind());
        }
    }

    /** Lets go of lines that hold no event of ours, and keeps what they say. */
    private void forget() {
        lines.rewind();
        while (lines.next()) {
            if (head.parse(lines.bytes(), lines.start, lines.end) == LineHead.NONE) {
                earlierLost += strange(lineText()).count();
            } else {
                anyEvent();
            }
        }
    }

    /** As much of a line that is no event as tells what it is. */
    private String lineText() {
        return lines.text(OTHER_MAX);
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
            arguments.parse(bytes, at, lines.end, kind.keys, head.grammar == LineHead.IPUTRACE);
        }
        return kind;
    }

    @Override
    public Provenance provenance() {
        String unvouched = unvouched();
        Provenance provenance =
                survey.provenance(options.kernel()).with("completeness", unvouched == null ? "stats" : "unknown");
        if (cells.nullInodes() + cells.incomplete() > 0) {
            provenance = provenance
                    .with("import_null_inodes", Long.toString(cells.nullInodes()))
                    .with("import_incomplete", Long.toString(cells.incomplete()));
        }
        provenance = flaws.in(provenance, onConsole);
        if (unvouched != null) {
            provenance = provenance.with("incomplete.text", unvouched);
        }
        String mismatch = ended ? ring.mismatch() : null;
        if (mismatch != null) {
            provenance = provenance.with("incomplete.head", mismatch);
        }
        if (disorderNs > 0) {
            provenance = provenance.with("incomplete.order", DISORDER.formatted(disorderNs / 1_000_000));
        }
        return broken == null
                ? provenance
                : provenance.with("damage", broken).with("incomplete.damage", "the trace is damaged: " + broken);
    }

    /** Why nobody knows whether this is all, or null when the stats files do, as far as can be told before the end. */
    private @Nullable String unvouched() {
        if (options.stats().isEmpty()) {
            return UNVOUCHED;
        }
        String mismatch = ended ? stats.mismatch(ring) : null;
        return mismatch == null ? null : "the stats do not match the trace, and cannot vouch for it: " + mismatch;
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
        stack.send(cells, sink);
        if (stats.lost() > 0) {
            cells.loss(LossStage.IMPORT, stats.lost(), 0, lastTsNs, sink);
        }
        if (broken != null) {
            cells.loss(LossStage.IMPORT, 1, 0, lastTsNs, sink);
        }
    }

    private void line(EventSink sink) {
        byte[] bytes = lines.bytes();
        int grammar = head.parse(bytes, lines.start, lines.end);
        if (lines.cut) {
            cut(grammar, sink);
            return;
        }
        if (grammar == LineHead.NONE) {
            other(bytes, sink);
            return;
        }
        stack.send(cells, sink);
        anyEvent();
        EventKind kind = kind();
        boolean sent = false;
        if (kind.call == Call.MARK) {
            survey(kind);
            order(sink);
            cells.mark(bytes, head.body, lines.end, head, sink);
        } else if (kind.call != Call.OTHER) {
            sent = event(kind, sink);
        }
        stack.below(grammar, sent);
    }

    private void anyEvent() {
        anyEvent = true;
        onConsole |= head.onConsole;
        if (head.grammar == LineHead.FTRACE || head.grammar == LineHead.LATENCY) {
            ring.event(head.cpu);
        }
    }

    /** Whether it became a cell. */
    private boolean event(EventKind kind, EventSink sink) {
        if (arguments.joined()) {
            flaws.garbled(lines);
            cells.loss(LossStage.IMPORT, 1, head.cpu, lastTsNs, sink);
            return false;
        }
        survey(kind);
        order(sink);
        boolean isNull = arguments.has(Field.INODE) && arguments.get(Field.INODE) == 0;
        int lacking = isNull ? 0 : flaws.fields(kind, arguments, lines);
        long eventsBefore = cells.events();
        long incompleteBefore = cells.incomplete();
        cells.event(kind, head, location, arguments, sink);
        long unpaired = cells.takeUnpaired();
        if (unpaired > 0) {
            cells.loss(LossStage.PROBE_MISSED, unpaired, head.cpu, head.tsNs, sink);
        }
        if (cells.incomplete() > incompleteBefore) {
            flaws.noAddress(lines);
            if (lacking != 0) {
                cells.loss(LossStage.IMPORT, 1, head.cpu, head.tsNs, sink);
            }
        } else if (lacking != 0) {
            flaws.noValue(lines);
        }
        return cells.events() > eventsBefore;
    }

    /** The last line, without its end: the rest of a number may be missing, so it is no event. */
    private void cut(int grammar, EventSink sink) {
        String line = lineText();
        boolean noise = onConsole && grammar == LineHead.NONE && !OtherLines.isLikeEvent(line);
        if (line.isBlank() || noise) {
            return;
        }
        stack.send(cells, sink);
        cells.loss(LossStage.IMPORT, Math.max(LossMarkers.in(line).count(), 1), 0, lastTsNs, sink);
        if (broken == null) {
            flaws.cut(lines);
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
        if (stack.take(bytes, lines.start, lines.end)) {
            return;
        }
        LossMarkers.Lost lost = strange(lineText());
        if (lost.count() > 0) {
            stack.send(cells, sink);
            cells.loss(LossStage.IMPORT, lost.count(), lost.cpu(), lastTsNs, sink);
        }
    }

    /** What a line that is no event of a known name says was lost, or lost itself. */
    private LossMarkers.Lost strange(String line) {
        ring.comment(line);
        onConsole |= OtherLines.isDump(line);
        LossMarkers.Lost lost = LossMarkers.in(line);
        if (lost.count() > 0) {
            return lost;
        }
        if (head.isUnnamed(lines.bytes(), lines.start, lines.end)) {
            anyEvent();
        } else if (OtherLines.isKnown(line)) {
            return lost;
        } else if (OtherLines.isLikeEvent(line)) {
            flaws.garbled(lines);
            return new LossMarkers.Lost(1, 0);
        } else if (anyEvent) {
            flaws.strange(lines);
        }
        return lost;
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
