package dev.iputrace.cli;

import dev.iputrace.event.SourceRefusedException;
import dev.iputrace.trace.TraceFormatException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point; nothing else ends the process or knows System.out. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        String[] args = asOptions(arguments);
        CarefulStream out = CarefulStream.stdout();
        Console.stdout(out);
        int code;
        try {
            code = isVersion(args) ? version() : commandLine(args).execute(args);
        } catch (OutOfMemoryError e) {
            System.err.println("iputrace: out of memory: heap="
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MiB; IPUTRACE_JAVA_OPTS=-Xmx4g makes it larger");
            code = ExitCode.INTERNAL;
        }
        System.out.flush();
        System.exit(ExitCode.written(code, out));
    }

    /** {@code help sim} is {@code sim --help}, {@code version} is {@code --version}: other tools have it so. */
    private static String[] asOptions(String[] args) {
        if (args.length == 1 && args[0].equals("version")) {
            return new String[] {"--version"};
        }
        if (args.length == 0 || args.length > 2 || !args[0].equals("help")) {
            return args;
        }
        return args.length == 1 ? new String[] {"--help"} : new String[] {args[1], "--help"};
    }

    /** Answered without the command line's machinery: scripts ask it often. */
    private static boolean isVersion(String[] args) {
        return args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"));
    }

    private static int version() {
        for (String line : new Version().getVersion()) {
            System.out.println(line);
        }
        return ExitCode.OK;
    }

    /** With all commands. */
    static CommandLine commandLine() {
        return commandLine(new String[0]);
    }

    /** With the command that these arguments name first, or with all. */
    static CommandLine commandLine(String[] args) {
        CommandLine root = new CommandLine(new RootCommand());
        Object only = args.length == 0 ? null : RootCommand.subcommand(args[0]);
        if (only != null) {
            root.addSubcommand(only);
        } else {
            for (String name : RootCommand.SUBCOMMANDS) {
                root.addSubcommand(Objects.requireNonNull(RootCommand.subcommand(name)));
            }
        }
        for (String name : List.of("run", "record")) {
            CommandLine ofChild = root.getSubcommands().get(name);
            if (ofChild != null) {
                ofChild.setStopAtPositional(true); // all behind CMD is CMD's own
            }
        }
        return root.setUsageHelpWidth(80)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setParameterExceptionHandler(Main::explain)
                .setExecutionExceptionHandler(Main::explain);
    }

    /** Says what was wrong, and not the whole help, which would push that off the screen; the commands are few. */
    private static int explain(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("iputrace: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        if (command.getParent() == null && !(e instanceof UnmatchedArgumentException)) {
            command.usage(err);
        } else {
            err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        return ExitCode.USAGE;
    }

    /** One line that says what failed; the stack trace only for what nobody foresaw. */
    private static int explain(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (e instanceof CommandException refused) {
            err.println("iputrace: " + refused.getMessage());
            return refused.exitCode();
        }
        if (e instanceof TraceFormatException) {
            err.println("iputrace: " + e.getMessage());
            return ExitCode.BAD_INPUT;
        }
        if (e instanceof SourceRefusedException) {
            err.println("iputrace: " + e.getMessage());
            return ExitCode.CANNOT_PROBE;
        }
        err.println("iputrace: internal error, please report it with this trace:");
        e.printStackTrace(err);
        return ExitCode.INTERNAL;
    }
}
