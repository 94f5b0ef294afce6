package dev.iputrace.cli;

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
            "0:no violation, and all was seen",
            "1:internal error",
            "2:wrong usage",
            "3:bad, cut or unreadable input",
            "4:cannot probe this host; says what is missing",
            "10:a violation was found",
            "11:unknown: something was lost, so absence proves nothing"
        },
        footer = {"%nThe lab, real kernels in a virtual machine: iputrace lab --help"},
        subcommands = {
            LiveCommand.class,
            RunCommand.class,
            RecordCommand.class,
            ReplayCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            RepairCommand.class,
            SimCommand.class,
            ExploreCommand.class,
            DoctorCommand.class,
            CompileCommand.class,
            BenchCommand.class
        })
final class RootCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
