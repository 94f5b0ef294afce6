package dev.iputrace.cli;

import dev.iputrace.check.CheckerOptions;
import picocli.CommandLine.Option;

/** Bounds of the checker. */
final class CheckOptions {
    @Option(
            names = "--max-inodes",
            paramLabel = "N",
            defaultValue = "1048576",
            description = "Inodes tracked at once; more make room by dropping idle ones, which is counted."
                    + " Default: ${DEFAULT-VALUE}.")
    long inodesMax;

    @Option(
            names = "--history",
            paramLabel = "N",
            defaultValue = "65536",
            description = "Events kept for the histories of findings, a power of two, 0 for none. Default:"
                    + " ${DEFAULT-VALUE}.")
    int historyCells;

    @Option(
            names = "--require-window",
            description = "No OK unless the dangerous window (an io_end started on a dying inode) was entered.")
    boolean requireWindow;

    /** To be asked for before anything is done: throws where the bounds make no sense. */
    CheckerOptions toChecker() {
        try {
            return CheckerOptions.defaults()
                    .withInodesMax(inodesMax)
                    .withHistoryCells(historyCells)
                    .withRequireWindow(requireWindow);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "--max-inodes or --history: " + e.getMessage());
        }
    }
}
