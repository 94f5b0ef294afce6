package dev.iputrace.cli;

import dev.iputrace.check.Finding;
import dev.iputrace.check.Summary;
import dev.iputrace.event.Outlet;
import dev.iputrace.event.Provenance;
import dev.iputrace.report.JsonReport;
import dev.iputrace.report.Symbols;
import dev.iputrace.report.TextReport;
import java.io.PrintStream;

/** The two reporters over the report package. */
final class Reporters {
    private Reporters() {}

    /** @param owned whether {@code out} is ours to close */
    static Reporter of(ReportOptions options, PrintStream out, boolean owned, Provenance provenance, Symbols symbols) {
        return options.json
                ? new Json(out, owned, provenance, symbols)
                : new Text(out, owned, provenance, symbols, options.columns());
    }

    private static final class Text implements Reporter {
        /** Findings told at length; of the rest one line in a thousand says how many there are. */
        private static final int FULL_MAX = 50;

        private static final int EVERY = 1000;

        private final PrintStream out;
        private final boolean owned;
        private final TextReport report;
        private final boolean simulated;

        Text(PrintStream out, boolean owned, Provenance provenance, Symbols symbols, int columns) {
            this.out = out;
            this.owned = owned;
            this.report = new TextReport(out, provenance, symbols, false, columns);
            this.simulated = provenance.source().equals("sim");
        }

        @Override
        public void finding(Finding finding) {
            if (finding.number() <= FULL_MAX) {
                if (simulated) {
                    out.println("SIMULATED, not this host's kernel:");
                }
                report.finding(finding);
                out.flush();
            } else if (finding.number() % EVERY == 0 || finding.number() == FULL_MAX + 1) {
                out.println(
                        "finding " + finding.number() + ": " + finding.rule().id() + "; no more details (see --json)");
            }
        }

        @Override
        public void end(Summary result, int exitCode, Outlet evidence) {
            if (simulated) {
                out.println("SIMULATED, not this host's kernel:");
            }
            report.summary(result);
            out.flush();
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

        Json(PrintStream out, boolean owned, Provenance provenance, Symbols symbols) {
            this.out = out;
            this.owned = owned;
            this.report = new JsonReport(provenance, symbols);
        }

        @Override
        public void finding(Finding finding) {
            line(report.violation(finding));
        }

        @Override
        public void end(Summary result, int exitCode, Outlet evidence) {
            line(report.verdict(result, exitCode, evidence));
        }

        private void line(String json) {
            out.println(json);
            out.flush();
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
