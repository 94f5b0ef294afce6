package dev.iputrace.bench;

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

    Outcome outcome(boolean quiet) {
        if (met) {
            return Outcome.MET;
        }
        return absolute && !quiet ? Outcome.NOT_JUDGED : Outcome.MISSED;
    }
}
