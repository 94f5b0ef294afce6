package dev.iputrace.cli;

import dev.iputrace.abi.EventCell;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Outlet;
import dev.iputrace.report.EvidenceLog;
import dev.iputrace.report.KernelLog;
import dev.iputrace.report.Symbols;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** What all watching commands share: reporter, evidence, progress and session around a source, in the right order. */
final class Observation implements AutoCloseable {
    private final ReportOptions report;
    private final Reporter reporter;
    private final Outlet outlet;
    private final @Nullable EvidenceLog evidence;
    private final @Nullable KernelLog kernelLog;
    private final Session session;
    private final PrintStream log;

    /**
     * @param watched whose kernel it is, and where evidence of violations belongs
     * @param log progress and warnings
     */
    Observation(
            EventSource source,
            CheckerOptions options,
            ReportOptions report,
            Symbols symbols,
            Watched watched,
            PrintStream out,
            PrintStream log) {
        this.log = log;
        this.report = report;
        PrintStream destination = report.open(out);
        reporter = Reporters.of(report, destination, destination != out, source.provenance(), symbols);
        Outlet own = watched.local() ? source.putOut(watched.evidence(), watched.kernelLog()) : null;
        kernelLog = own == null ? kernelLog(watched.kernelLog()) : null;
        evidence = own == null ? evidenceLog(watched.evidence(), symbols) : null;
        outlet = evidence == null ? Objects.requireNonNull(own) : evidence;
        // Nobody would read what it is told of: a replay is faster without.
        session = new Session(source, options, reporter, watched.leavesEvidence() ? evidence : null);
    }

    private EvidenceLog evidenceLog(@Nullable Path file, Symbols symbols) {
        Symbols known = symbols instanceof LazySymbols lazy ? lazy.known() : symbols;
        EvidenceLog made = new EvidenceLog(file, kernelLog, known);
        made.warmUp(new EventCell());
        return made;
    }

    private @Nullable KernelLog kernelLog(@Nullable Path path) {
        try {
            return path == null ? null : new KernelLog(path);
        } catch (IOException e) {
            log.println("iputrace: no lines into the kernel's log: path=" + path + ": " + Reason.of(e));
            return null;
        }
    }

    Session session() {
        return session;
    }

    /** Finishes and reports; returns the exit code. */
    int end(ToIntFunction<Summary> exitCode) {
        Summary summary = session.finish();
        if (evidence != null) {
            evidence.close();
        }
        String failure = outlet.failure();
        if (failure != null) {
            log.println("iputrace: " + failure);
        }
        int code = exitCode.applyAsInt(summary);
        reporter.end(summary, code, outlet);
        return report.written(code);
    }

    @Override
    public void close() {
        reporter.close();
        if (kernelLog != null) {
            try {
                kernelLog.close();
            } catch (IOException e) {
                log.println("iputrace: cannot close the kernel's log: " + e.getMessage());
            }
        }
    }
}
