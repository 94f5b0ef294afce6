package dev.iputrace.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** @throws IOException when the output file cannot be made */
    PrintStream open(PrintStream otherwise) throws IOException {
        if (output == null) {
            return otherwise;
        }
        PrintStream file = new PrintStream(Files.newOutputStream(output), true, StandardCharsets.UTF_8);
        return marked ? MarkedStream.of(file) : file;
    }
}
