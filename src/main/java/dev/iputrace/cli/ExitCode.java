package dev.iputrace.cli;

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

    /** A suspicion does not fail a build by itself: it needs a person to look. */
    static int of(Verdict verdict) {
        return switch (verdict) {
            case OK, SUSPECT -> OK;
            case VIOLATION -> VIOLATION;
            case UNKNOWN -> UNKNOWN;
        };
    }

    /** Of {@code run}: a violation first, then what the child says, then doubt. */
    static int of(Verdict verdict, int child) {
        if (verdict == Verdict.VIOLATION) {
            return VIOLATION;
        }
        return child != 0 ? child : of(verdict);
    }
}
