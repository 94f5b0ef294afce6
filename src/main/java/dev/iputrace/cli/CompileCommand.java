package dev.iputrace.cli;

import dev.iputrace.bcc.BccProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "compile",
        mixinStandardHelpOptions = true,
        description = "Compiles the probes with libbcc against a kernel's headers, into a file that iputrace-agent"
                + " --program takes on a host that runs that kernel: no BTF, compiler or Java is needed there.",
        footer = "%nExample: iputrace compile --headers /usr/src/linux-headers-5.10.0-30-amd64 -o probes-5.10.0-30")
final class CompileCommand implements Callable<Integer> {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "Where the program goes.")
    private Path output = Path.of("");

    @Option(
            names = "--headers",
            paramLabel = "DIR",
            description = "The build tree of the kernel's headers. Default: those of the running kernel.")
    @Nullable
    private Path headers;

    @Override
    public Integer call() {
        try (BccProgram program = headers == null ? BccProgram.compile() : BccProgram.compile(headers)) {
            Files.copy(program.file(), output, StandardCopyOption.REPLACE_EXISTING);
            Console.err()
                    .println("iputrace: compiled for kernel " + program.release() + ": " + output + ", "
                            + Files.size(output) + " bytes");
            return ExitCode.OK;
        } catch (IOException e) {
            throw new CommandException(ExitCode.INTERNAL, "cannot write the program: " + e);
        }
    }
}
