package dev.iputrace.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where evidence of violations goes that must outlive the host: for commands that watch a living kernel. */
final class EvidenceOptions {
    static final String FILE = "iputrace-evidence.jsonl";

    private static final Path KMSG = Path.of("/dev/kmsg");

    @Option(
            names = "--evidence",
            paramLabel = "FILE",
            defaultValue = FILE,
            description = "Each violation is appended to FILE and on the disk before anything slow is done; none for"
                    + " no such file. Default: ${DEFAULT-VALUE}, made when the first comes.")
    private String evidence = FILE;

    @Option(
            names = "--kmsg",
            negatable = true,
            description = "Write each violation into the kernel's log, so that it is on the console before a panic."
                    + " Default for root: yes.")
    private @Nullable Boolean kmsg;

    /**
     * @return null for no file
     * @throws CommandException when the file that was asked for cannot be made: now, and not at the first violation
     */
    @Nullable
    Path file() {
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
        if (!evidence.equals(FILE)) {
            throw new CommandException(ExitCode.USAGE, why);
        }
        Console.err().println("iputrace: " + why);
        return null;
    }

    /** The kernel's log; null when it is not to be written to. */
    @Nullable
    Path kernelLog() {
        boolean wanted = kmsg != null ? kmsg : Files.isWritable(KMSG);
        return wanted ? KMSG : null;
    }
}
