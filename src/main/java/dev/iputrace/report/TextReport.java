package dev.iputrace.report;

import dev.iputrace.check.Evidence;
import dev.iputrace.check.Finding;
import dev.iputrace.check.Seen;
import dev.iputrace.check.Summary;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.model.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Findings and the final summary for people: at most 80 columns, nothing from strangers unescaped. Errors of the
 * output come as {@link java.io.UncheckedIOException}.
 */
public final class TextReport {
    private final Page page;
    private final Symbols symbols;
    private final StateNames stateNames;
    private final SummaryText summaryText;

    public TextReport(Appendable out, Provenance provenance, Symbols symbols, boolean colour) {
        this(out, provenance, symbols, colour, Page.COLUMNS);
    }

    /** {@code columns}: 80, less what the caller puts before each line. */
    public TextReport(Appendable out, Provenance provenance, Symbols symbols, boolean colour, int columns) {
        this.page = new Page(out, colour, columns);
        this.symbols = symbols;
        this.stateNames = new StateNames(provenance);
        this.summaryText = new SummaryText(page, symbols);
    }

    public void finding(Finding finding) {
        Seen seen = finding.seen();
        headline(finding);
        page.line("  what      " + what(seen));
        page.line("  when      " + when(finding.event()));
        page.line("  inode     " + identity(finding));
        if (ioEnd(finding) != 0) {
            page.line("  io_end    " + Symbols.hex(ioEnd(finding)));
        }
        if (seen.describesInode()) {
            page.line("  i_count   " + seen.iCount() + " at entry");
            page.paragraph("  i_state   ", state(seen));
        }
        page.paragraph("  rule      ", finding.rule().proof());
        if (finding.whySuspect() != null) {
            page.paragraph("  but only  ", "a suspicion: " + finding.whySuspect());
        }
        page.paragraph("  effect    ", finding.consequence());
        cause(finding);
        if (finding.history().size() > 1) {
            history(finding);
        }
        page.blank();
    }

    public void summary(Summary summary) {
        summaryText.write(summary);
    }

    private void headline(Finding finding) {
        String also = finding.also().isEmpty()
                ? ""
                : ", also " + finding.also().stream().map(Rule::id).collect(Collectors.joining(", "));
        page.headline(
                (finding.isProof() ? "VIOLATION " : "SUSPECT ") + finding.number() + ": "
                        + finding.rule().id() + " " + finding.rule().title() + also,
                finding.isProof());
    }

    private void cause(Finding finding) {
        Seen seen = finding.seen();
        boolean put = seen.op() == OpCode.IPUT || seen.op() == OpCode.IPUT_NOT_LAST;
        evidence("the reference was refused here", finding.refusal());
        evidence("the refusal was ignored here", finding.init());
        String here = put ? "and the put without a reference is here" : "seen here";
        evidence(here, finding.event().stack().isEmpty() ? null : finding.event());
    }

    private void evidence(String title, @Nullable Evidence evidence) {
        if (evidence == null) {
            return;
        }
        Seen seen = evidence.seen();
        page.blank();
        page.line("  " + title + ": " + what(seen));
        page.line("    " + when(evidence) + ", i_count " + seen.iCount());
        List<String> frames = symbols.frames(evidence.stack());
        if (frames.isEmpty()) {
            page.line("      (no stack was sent)");
        }
        for (String frame : frames) {
            page.line("      " + frame);
        }
    }

    private void history(Finding finding) {
        List<Seen> history = finding.history();
        page.blank();
        page.line("  the last " + history.size() + " events of this inode");
        row("seconds", "cpu", "tid", "event", "i_count", "flags");
        for (Seen seen : history) {
            row(
                    Names.micros(seen.tsNs()),
                    Integer.toString(seen.cpu()),
                    Integer.toString(seen.tid()),
                    Names.op(seen.op()),
                    seen.describesInode() ? Integer.toString(seen.iCount()) : "-",
                    flags(seen));
        }
    }

    private void row(String time, String cpu, String tid, String event, String iCount, String flags) {
        String head = String.format(Locale.ROOT, "  %14s %3s %7s  %-13s %7s  ", time, cpu, tid, event, iCount);
        page.paragraph(head, flags);
    }

    private static String flags(Seen seen) {
        List<String> shown = new ArrayList<>();
        for (int flag : List.of(Flag.REFUSED, Flag.WILL_FREE, Flag.FREEING, Flag.CLEAR, Flag.UNLINKED)) {
            if (seen.has(flag)) {
                shown.add(Flag.names(flag));
            }
        }
        return String.join(" ", shown);
    }

    private String what(Seen seen) {
        String refused = seen.op() == OpCode.IGRAB && seen.has(Flag.REFUSED) ? " = NULL" : "";
        String inside = seen.has(Flag.IN_IO_END_INIT)
                ? " inside ext4_init_io_end"
                : seen.has(Flag.IN_IO_END_FREE) ? " inside the free of an io_end" : "";
        String caller = seen.caller() == 0 || !inside.isEmpty() ? "" : " called from " + symbols.symbol(seen.caller());
        return Names.action(seen) + refused + inside + caller;
    }

    private static String when(Evidence evidence) {
        Seen seen = evidence.seen();
        String comm = evidence.comm();
        String task = comm == null ? "tid " + seen.tid() : Clean.text(comm) + " (tid " + seen.tid() + ")";
        return "at " + Names.seconds(seen.tsNs()) + " s on cpu " + seen.cpu() + ", " + task;
    }

    private static long ioEnd(Finding finding) {
        Evidence init = finding.init();
        return init != null ? init.seen().ioEnd() : finding.seen().ioEnd();
    }

    private static String identity(Finding finding) {
        Seen seen = finding.seen();
        List<String> parts = new ArrayList<>();
        Seen named = seen;
        for (Seen earlier : finding.history()) {
            named = named.describesInode() ? named : earlier;
        }
        if (named.describesInode()) {
            parts.add("i_ino " + Long.toUnsignedString(named.iIno()));
            parts.add("dev " + Names.dev(named.sDev()));
        }
        parts.add("at " + Symbols.hex(seen.inode()));
        if (finding.generation() > 0) {
            parts.add("life " + finding.generation() + " of this address");
        }
        return String.join(", ", parts);
    }

    private String state(Seen seen) {
        String unlinked = seen.has(Flag.UNLINKED) ? ", i_nlink 0" : "";
        return stateNames.text(seen.iState()) + unlinked;
    }
}
