package dev.iputrace.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "iputrace",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Watches igrab, iput and the life of ext4's io_end in a running kernel, and tells, with both stack traces,"
                    + " that an inode's reference count is about to go wrong."
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no violation, and all was seen; a suspicion is none",
            "1:internal error, or the report cannot be written",
            "2:wrong usage",
            "3:bad, cut or unreadable input",
            "4:cannot probe this host; says what is missing",
            "10:a violation was found",
            "11:unknown: something was lost, so absence proves nothing"
        },
        footer = {"%nThe lab, real kernels in a virtual machine: iputrace lab --help"})
final class RootCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** In the order of the help. */
    static final List<String> SUBCOMMANDS = List.of(
            "live", "run", "record", "replay", "import", "export", "repair", "sim", "explore", "doctor", "compile",
            "bench");

    /** A new one of this name, null when there is none: most starts need one, and to look at it takes time. */
    static @Nullable Object subcommand(String name) {
        return switch (name) {
            case "live" -> new LiveCommand();
            case "run" -> new RunCommand();
            case "record" -> new RecordCommand();
            case "replay" -> new ReplayCommand();
            case "import" -> new ImportCommand();
            case "export" -> new ExportCommand();
            case "repair" -> new RepairCommand();
            case "sim" -> new SimCommand();
            case "explore" -> new ExploreCommand();
            case "doctor" -> new DoctorCommand();
            case "compile" -> new CompileCommand();
            case "bench" -> new BenchCommand();
            default -> null;
        };
    }
}
