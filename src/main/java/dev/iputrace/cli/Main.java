package dev.iputrace.cli;

import dev.iputrace.event.SourceRefusedException;
import dev.iputrace.trace.TraceFormatException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The entry point; nothing else ends the process or knows System.out. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int code = commandLine().execute(args);
        System.out.flush();
        System.exit(code);
    }

    static CommandLine commandLine() {
        return new CommandLine(new RootCommand())
                .setUsageHelpWidth(80)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setExecutionExceptionHandler(Main::explain);
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
