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
    static final Path KALLSYMS = Path.of("/proc/kallsyms");
    static final String EVIDENCE = "iputrace-evidence.jsonl";

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

    @Option(
            names = "--evidence",
            paramLabel = "FILE",
            defaultValue = EVIDENCE,
            description = "Each violation is appended to FILE and on the disk before anything slow is done; none for"
                    + " no such file. Default: ${DEFAULT-VALUE}, made when the first comes.")
    String evidence = "";

    @Option(
            names = "--kmsg",
            negatable = true,
            description = "Write each violation into the kernel's log, so that it is on the console before a panic."
                    + " Default for root: yes.")
    @Nullable
    Boolean kmsg;

    @Option(
            names = "--kallsyms",
            paramLabel = "FILE",
            defaultValue = "/proc/kallsyms",
            description = "Names of kernel functions. Default: ${DEFAULT-VALUE}.")
    Path kallsyms = KALLSYMS;

    /** Each line of a text report says that it is simulated. */
    boolean marked;

    /**
     * @return null for no file
     * @throws CommandException when the file that was asked for cannot be made: now, and not at the first violation
     */
    @Nullable
    Path evidencePath() {
        if (evidence.equals("none")) {
            return null;
        }
        Path path = Path.of(evidence).toAbsolutePath();
        Path parent = path.getParent();
        boolean possible = Files.exists(path)
                ? Files.isWritable(path) && !Files.isDirectory(path)
                : parent != null && Files.isDirectory(parent) && Files.isWritable(parent);
        if (possible) {
            return path;
        }
        String why = "cannot write the evidence: path=" + path
                + ": name a file in a folder that can be written with --evidence FILE, or --evidence none";
        if (!evidence.equals(EVIDENCE)) {
            throw new CommandException(ExitCode.USAGE, why);
        }
        Console.err().println("iputrace: " + why);
        return null;
    }

    /** @throws IOException when the output file cannot be made */
    PrintStream open(PrintStream otherwise) throws IOException {
        if (output == null) {
            return otherwise;
        }
        PrintStream file = new PrintStream(Files.newOutputStream(output), true, StandardCharsets.UTF_8);
        return marked ? MarkedStream.of(file) : file;
    }
}
