package dev.iputrace.bench;

import java.util.Locale;

/**
 * One figure held against what was promised.
 *
 * @param absolute depends on the machine, so that a loaded one does not count
 */
public record Goal(String name, String wanted, String measured, boolean met, boolean absolute) {
    /** What became of a goal. */
    public enum Outcome {
        MET,
        MISSED,
        /** Not met, on a machine that does other work too. */
        NOT_JUDGED
    }

    /** {@code format} is of one number. */
    static Goal atLeast(String name, double wanted, double measured, String format, boolean absolute) {
        return new Goal(name, ">= " + text(format, wanted), text(format, measured), measured >= wanted, absolute);
    }

    static Goal atMost(String name, double wanted, double measured, String format, boolean absolute) {
        return new Goal(name, "<= " + text(format, wanted), text(format, measured), measured <= wanted, absolute);
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    Outcome outcome(boolean quiet) {
        if (met) {
            return Outcome.MET;
        }
        return absolute && !quiet ? Outcome.NOT_JUDGED : Outcome.MISSED;
    }
}
