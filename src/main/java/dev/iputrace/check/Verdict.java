package dev.iputrace.check;

/** What an observation says as a whole, from best to worst. */
public enum Verdict {
    /** Nothing found, and all was seen. */
    OK,
    /** Nothing found, but something was lost or not probed: absence proves nothing. */
    UNKNOWN,
    /** No proof, at least one suspicion. */
    SUSPECT,
    /** At least one proof. */
    VIOLATION
}
