package dev.iputrace.model;

/** How much a finding says. */
public enum Strength {
    /** Holds in every interleaving; makes the verdict VIOLATION. */
    PROOF,
    /** Has an innocent explanation that could not be ruled out; makes the verdict SUSPECT. */
    SUSPECT
}
