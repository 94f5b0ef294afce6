package dev.iputrace.cli;

import dev.iputrace.check.Finding;
import dev.iputrace.check.Summary;
import dev.iputrace.event.Provenance;
import dev.iputrace.report.EvidenceLog;
import dev.iputrace.report.JsonReport;
import dev.iputrace.report.JsonVerdict;
import dev.iputrace.report.Symbols;
import dev.iputrace.report.TextReport;
import dev.iputrace.report.TextSummary;
import java.io.PrintStream;

/** The two reporters over the report package. */
final class Reporters {
    private Reporters() {}

    /** @param owned whether {@code out} is ours to close */
    static Reporter of(boolean json, PrintStream out, boolean owned, Provenance provenance, Symbols symbols) {
        return json ? new Json(out, owned, provenance, symbols) : new Text(out, owned, provenance, symbols);
    }

    private static final class Text implements Reporter {
        /** Findings told at length; of the rest one line in a thousand says how many there are. */
        private static final int FULL_MAX = 50;

        private static final int EVERY = 1000;

        private final PrintStream out;
        private final boolean owned;
        private final TextReport report;
        private final TextSummary summary;
        private final boolean simulated;

        Text(PrintStream out, boolean owned, Provenance provenance, Symbols symbols) {
            this.out = out;
            this.owned = owned;
            this.report = new TextReport(out, symbols);
            this.summary = new TextSummary(out, symbols);
            this.simulated = provenance.source().equals("sim");
        }

        @Override
        public void finding(Finding finding) {
            if (finding.number() <= FULL_MAX) {
                if (simulated) {
                    out.println("SIMULATED, not this host's kernel:");
                }
                report.finding(finding);
            } else if (finding.number() % EVERY == 0 || finding.number() == FULL_MAX + 1) {
                out.println(
                        "finding " + finding.number() + ": " + finding.rule().id() + "; no more details (see --json)");
            }
        }

        @Override
        public void end(Summary result, int exitCode, EvidenceLog evidence) {
            if (simulated) {
                out.println("SIMULATED, not this host's kernel:");
            }
            summary.print(result);
        }

        @Override
        public void close() {
            out.flush();
            if (owned) {
                out.close();
            }
        }
    }

    private static final class Json implements Reporter {
        private final PrintStream out;
        private final boolean owned;
        private final JsonReport report;
        private final JsonVerdict verdict;

        Json(PrintStream out, boolean owned, Provenance provenance, Symbols symbols) {
            this.out = out;
            this.owned = owned;
            this.report = new JsonReport(out, symbols, provenance.source());
            this.verdict = new JsonVerdict(report, symbols);
        }

        @Override
        public void finding(Finding finding) {
            report.finding(finding);
        }

        @Override
        public void end(Summary result, int exitCode, EvidenceLog evidence) {
            verdict.write(result, exitCode, evidence);
        }

        @Override
        public void close() {
            out.flush();
            if (owned) {
                out.close();
            }
        }
    }
}
