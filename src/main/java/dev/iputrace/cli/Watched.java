package dev.iputrace.cli;

/** Whose kernel an observation is of: says where evidence belongs. */
enum Watched {
    /** This host's: violations go to the evidence file and into its kernel log. */
    THIS_HOST,
    /** Another host's, now: to the evidence file. */
    OTHER_HOST,
    /** None that lives: a recording, a simulation. */
    NONE
}
