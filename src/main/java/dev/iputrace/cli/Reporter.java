package dev.iputrace.cli;

import dev.iputrace.check.Finding;
import dev.iputrace.check.Summary;
import dev.iputrace.event.Outlet;

/** Where results go: text for people or JSON lines for machines. One thread. */
interface Reporter extends AutoCloseable {
    void finding(Finding finding);

    /** The observation has ended. */
    void end(Summary summary, int exitCode, Outlet evidence);

    @Override
    void close();
}
