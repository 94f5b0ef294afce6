package dev.iputrace.report;

import dev.iputrace.check.CallSite;
import dev.iputrace.check.Loss;
import dev.iputrace.check.RuleSummary;
import dev.iputrace.check.Summary;
import dev.iputrace.check.Verdict;
import dev.iputrace.event.Level;
import dev.iputrace.event.Op;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The last words of a run, for people. */
final class SummaryText {
    private static final int SITES_MAX = 12;
    private static final int GAPS_MAX = 8;

    private final Page page;
    private final Symbols symbols;

    SummaryText(Page page, Symbols symbols) {
        this.page = page;
        this.symbols = symbols;
    }

    void write(Summary summary) {
        verdict(summary);
        rules(summary);
        events(summary);
        window(summary);
        if (summary.provenance().level() == Level.FULL && !summary.callSites().isEmpty()) {
            callSites(summary);
        }
        loss(summary.loss());
        list("unknown   ", summary.reasons());
        list("note      ", summary.notes());
        list("internal  ", summary.internalErrors());
    }

    private void verdict(Summary summary) {
        double seconds = (summary.lastNs() - summary.firstNs()) / 1e9;
        page.headline(
                String.format(
                        Locale.ROOT,
                        "verdict   %s: %s, %s in %.1f s of %s, kernel %s",
                        summary.verdict(),
                        Names.plural(summary.proofs(), "proof"),
                        Names.plural(summary.suspicions(), "suspicion"),
                        seconds,
                        summary.provenance().source(),
                        summary.provenance().kernel()),
                summary.verdict() == Verdict.VIOLATION);
    }

    private void rules(Summary summary) {
        List<String> found = new ArrayList<>();
        List<String> clean = new ArrayList<>();
        List<String> unchecked = new ArrayList<>();
        for (RuleSummary rule : summary.rules()) {
            String id = rule.rule().id();
            if (rule.findings() > 0) {
                found.add(id + " " + rule.rule().title() + " " + rule.findings());
            } else if (rule.checked()) {
                clean.add(id + (rule.why() == null ? "" : "*"));
            } else {
                unchecked.add(id);
            }
        }
        found.forEach(line -> page.line("broken    " + line));
        if (!clean.isEmpty()) {
            page.paragraph("unbroken  ", String.join(" ", clean));
        }
        if (!unchecked.isEmpty()) {
            page.paragraph("unchecked ", String.join(" ", unchecked));
        }
        for (RuleSummary rule : summary.rules()) {
            if (rule.checked() && rule.why() != null) {
                page.paragraph("  * " + rule.rule().id() + " ", rule.why());
            }
        }
    }

    private void events(Summary summary) {
        List<String> parts = new ArrayList<>();
        summary.events().forEach((op, count) -> {
            if (count > 0) {
                parts.add(op.label() + " " + count + extra(op, summary));
            }
        });
        page.paragraph("events    ", parts.isEmpty() ? "none" : String.join(", ", parts));
        if (summary.ioEndsLive() > 0) {
            page.line("          " + Names.plural(summary.ioEndsLive(), "io_end") + " in flight");
        }
    }

    private static String extra(Op op, Summary summary) {
        return switch (op) {
            case IGRAB -> summary.igrabRefused() > 0 ? " (" + summary.igrabRefused() + " refused)" : "";
            case IPUT -> summary.badPuts() > 0 ? " (" + summary.badPuts() + " bad)" : "";
            default -> "";
        };
    }

    private void window(Summary summary) {
        String pins = summary.pins() > 0
                ? "io_ends hold references here (igrab inside ext4_init_io_end)"
                : "no igrab inside ext4_init_io_end was seen";
        page.paragraph(
                "window    ",
                "entered " + Names.plural(summary.windowEntered(), "time")
                        + " (io_end started on an inode already I_FREEING); " + pins);
    }

    /** Return addresses of one function are one line. */
    private void callSites(Summary summary) {
        Map<String, long[]> byFunction = new TreeMap<>();
        for (CallSite site : summary.callSites()) {
            String name = site.caller() == 0 ? "(caller unknown)" : symbols.function(site.caller());
            long[] sum = byFunction.computeIfAbsent(name, key -> new long[3]);
            sum[0] += site.grabbed();
            sum[1] += site.refused();
            sum[2] += site.put();
        }
        List<Map.Entry<String, long[]>> sites = new ArrayList<>(byFunction.entrySet());
        sites.sort(Comparator.comparingLong(site -> -calls(site.getValue())));
        page.line("callers   references taken and given back");
        for (Map.Entry<String, long[]> site : sites.subList(0, Math.min(sites.size(), SITES_MAX))) {
            page.line("  " + balance(site.getKey(), site.getValue()));
        }
        if (sites.size() > SITES_MAX) {
            page.line("  and " + (sites.size() - SITES_MAX) + " more");
        }
    }

    private static long calls(long[] counts) {
        return counts[0] + counts[1] + counts[2];
    }

    private static String balance(String name, long[] counts) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-32s", name));
        if (counts[0] + counts[1] > 0) {
            text.append(" +").append(counts[0]);
        }
        if (counts[1] > 0) {
            text.append(" (").append(counts[1]).append(" refused)");
        }
        if (counts[2] > 0) {
            text.append(" -").append(counts[2]);
        }
        return text.toString();
    }

    private void loss(Loss loss) {
        if (loss.none()) {
            page.line("loss      none");
        } else {
            List<String> stages = new ArrayList<>();
            loss.byStage().forEach((stage, count) -> stages.add(stage.label() + " " + count));
            if (loss.unplaced() > 0) {
                stages.add("stage unknown " + loss.unplaced());
            }
            page.paragraph("loss      ", Names.plural(loss.lost(), "event") + ": " + String.join(", ", stages));
        }
        List<Loss.Gap> gaps = loss.gaps();
        for (Loss.Gap gap : gaps.subList(0, Math.min(gaps.size(), GAPS_MAX))) {
            String end = gap.beforeNs() == Long.MAX_VALUE ? "the end" : Names.seconds(gap.beforeNs()) + " s";
            page.line("  " + gap.count() + " on cpu " + gap.cpu() + " between " + Names.seconds(gap.afterNs())
                    + " s and " + end);
        }
        if (gaps.size() > GAPS_MAX) {
            page.line("  and " + (gaps.size() - GAPS_MAX) + " more gaps");
        }
        if (loss.duplicates() > 0) {
            page.line("  " + loss.duplicates() + " events came twice and were ignored");
        }
    }

    private void list(String head, List<String> sentences) {
        for (String sentence : sentences) {
            page.paragraph(head, Clean.text(sentence));
        }
    }
}
