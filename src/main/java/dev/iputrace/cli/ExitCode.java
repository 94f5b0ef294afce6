package dev.iputrace.cli;

import dev.iputrace.check.Summary;
import dev.iputrace.check.Verdict;

/** Exit codes of all commands (README, "Exit codes"). */
final class ExitCode {
    static final int OK = 0;
    static final int INTERNAL = 1;
    static final int USAGE = 2;
    static final int BAD_INPUT = 3;
    static final int CANNOT_PROBE = 4;
    static final int VIOLATION = 10;
    static final int UNKNOWN = 11;
    static final int CANNOT_EXECUTE = 126;
    static final int NOT_FOUND = 127;
    /** A signal's number is added. */
    static final int SIGNAL = 128;

    private ExitCode() {}

    /** A report that did not arrive is no clean result; a violation stays one. */
    static int written(int code, CarefulStream report) {
        return report.failed() && code != VIOLATION ? INTERNAL : code;
    }

    static int of(Summary summary) {
        return of(summary.verdict(), summary.reasons().isEmpty());
    }

    /** Of {@code run}: a violation first, then what the child says, then doubt. */
    static int of(Summary summary, int child) {
        return withChild(of(summary), child);
    }

    /** A suspicion does not fail a build by itself: it needs a person to look. Nor does it vouch for the unseen. */
    static int of(Verdict verdict, boolean allSeen) {
        return switch (verdict) {
            case OK -> OK;
            case SUSPECT -> allSeen ? OK : UNKNOWN;
            case VIOLATION -> VIOLATION;
            case UNKNOWN -> UNKNOWN;
        };
    }

    static int withChild(int code, int child) {
        return code == VIOLATION || child == 0 ? code : child;
    }
}
