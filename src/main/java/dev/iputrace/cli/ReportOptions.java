package dev.iputrace.cli;

import dev.iputrace.report.Page;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the report goes and in which form. */
final class ReportOptions {
    @Option(
            names = "--json",
            description = "JSON, one object a line, each with a schema field; the last is the verdict.")
    boolean json;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the report to FILE. Default: stdout; stderr for run, whose stdout is the command's.")
    @Nullable
    Path output;

    /** Each line of a text report says that it is simulated. */
    boolean marked;

    private @Nullable CarefulStream file;

    /** For a line, its mark included. */
    int columns() {
        return Page.COLUMNS - (marked ? MarkedStream.SIMULATED.length() : 0);
    }

    /** A second report goes behind the first. */
    PrintStream open(PrintStream otherwise) {
        if (output == null) {
            return otherwise;
        }
        try {
            OutputStream out = file == null
                    ? Files.newOutputStream(output)
                    : Files.newOutputStream(output, StandardOpenOption.APPEND);
            file = new CarefulStream(out, "path=" + output);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.INTERNAL, "cannot write the report: path=" + output + ": " + Reason.of(e));
        }
        return marked ? MarkedStream.of(file.print()) : file.print();
    }

    /** The exit code, when the report has been written. */
    int written(int code) {
        return file == null ? code : ExitCode.written(code, file);
    }
}
