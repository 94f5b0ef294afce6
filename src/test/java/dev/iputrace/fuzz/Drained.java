package dev.iputrace.fuzz;

import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Summary;
import dev.iputrace.check.Verdict;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.report.EvidenceLog;
import dev.iputrace.report.JsonReport;
import dev.iputrace.report.Symbols;
import dev.iputrace.report.TextReport;

/**
 * A source read to its end as replay does it: through the checker, into both reports. Whatever the input was, nothing
 * of that may throw.
 *
 * @param hash of all bytes of all cells, in order
 */
public record Drained(long cells, long hash, Provenance provenance, Summary summary) {
    private static final CheckerOptions OPTIONS =
            CheckerOptions.defaults().withInodesMax(256).withIoEndsMax(64).withHistoryCells(256);

    /** More often without a cell and without an end, and the source is taken to hang. */
    private static final int EMPTY_MAX = 1 << 20;

    private static final class Hash implements EventSink {
        private final EventSink next;
        private long cells;
        private long hash;
        private boolean lost;

        Hash(EventSink next) {
            this.next = next;
        }

        @Override
        public void cell(EventView cell) {
            cells++;
            lost |= cell.op() == OpCode.LOSS && cell.word(0) != 0;
            add(cell.tsNs());
            add(cell.op() | cell.flags() << 8 | cell.cpu() << 16);
            add(cell.seq());
            for (int word = 0; word < 6; word++) {
                add(cell.word(word));
            }
            next.cell(cell);
        }

        private void add(long value) {
            hash = (hash ^ value) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
    }

    public static Drained of(EventSource source) {
        JsonReport json = new JsonReport(source.provenance(), Symbols.none());
        StringBuilder told = new StringBuilder();
        TextReport text = new TextReport(told, source.provenance(), Symbols.none(), false);
        Checker checker = new Checker(source.provenance(), OPTIONS, finding -> {
            clean(json.violation(finding));
            text.finding(finding);
            clean(told);
        });
        Hash sink = new Hash(checker);
        int empty = 0;
        for (int count = source.drain(sink); count != EventSource.END; count = source.drain(sink)) {
            empty = count > 0 ? 0 : empty + 1;
            if (empty > EMPTY_MAX) {
                throw new AssertionError("hangs: cells=" + sink.cells);
            }
        }
        Provenance provenance = source.provenance();
        checker.provenance(provenance);
        Summary summary = checker.finish();
        if (summary.verdict() == Verdict.OK && (sink.lost || provenance.get("damage") != null)) {
            throw new AssertionError("OK in spite of loss or damage: " + provenance.entries());
        }
        text.summary(summary);
        clean(told);
        clean(json.verdict(summary, 0, new EvidenceLog(null, null, Symbols.none())));
        return new Drained(sink.cells, sink.hash, provenance, summary);
    }

    /** A report is for terminals and parsers: no control character of a stranger may get there. */
    private static void clean(CharSequence told) {
        for (int i = 0; i < told.length(); i++) {
            char c = told.charAt(i);
            if (c != '\n' && (c < ' ' || (c >= 0x80 && c < 0xa0))) {
                throw new AssertionError("control character " + (int) c + " in: " + told);
            }
        }
        if (told instanceof StringBuilder text) {
            text.setLength(0);
        }
    }
}
