package dev.iputrace.cli;

import dev.iputrace.trace.TraceFormatException;
import dev.iputrace.trace.ctf.Repair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        description =
                "Makes a recording that a power loss has torn readable again for every CTF reader. A recorder that"
                        + " was only killed leaves nothing to repair; replay reads damaged recordings as they are.")
final class RepairCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The recording. It is changed in place, file by file.")
    private Path directory = Path.of("");

    @Override
    public Integer call() {
        try {
            List<String> actions = Repair.run(directory);
            actions.forEach(Console.out()::println);
            Console.out().println(actions.isEmpty() ? "nothing to repair" : "repaired");
            return ExitCode.OK;
        } catch (TraceFormatException e) {
            throw new CommandException(ExitCode.BAD_INPUT, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandException(ExitCode.BAD_INPUT, "cannot repair: path=" + directory + ": " + Reason.of(e));
        }
    }
}
