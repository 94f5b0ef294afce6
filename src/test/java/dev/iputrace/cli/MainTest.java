package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyHelpFitsAnEightyColumnTerminal() {
        for (Map.Entry<String, CommandLine> command :
                Main.commandLine().getSubcommands().entrySet()) {
            String help = command.getValue().getUsageMessage(CommandLine.Help.Ansi.OFF);

            assertThat(Arrays.stream(help.split("\n"))).as(command.getKey()).allMatch(line -> line.length() <= 80);
        }
    }

    @Test
    void noCommandIsWrongUsage() {
        assertThat(execute()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("Missing command", "replay", "doctor");
    }

    @Test
    void unknownOptionIsWrongUsageAndNamed() {
        assertThat(execute("live", "--lvel", "full")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--lvel");
    }

    @Test
    void aWrongValueIsToldWithWhatIsWantedAndNothingElse() {
        assertThat(execute("sim", "--era", "modren")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString().lines())
                .containsExactly(
                        "iputrace: Invalid value for option '--era': 'modren' is not known: want rhel6-279,"
                                + " rhel6-279-stock, f7ad6d2e, modern, silent",
                        "Try: iputrace sim --help");
    }

    @Test
    void badSizeIsWrongUsageAndNamed() {
        assertThat(execute("live", "--ring-size", "big")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("'big' is not a size");
    }

    @Test
    void whatStandsBehindTheCommandOfRecordIsItsOwn() {
        List<String> arguments = Main.commandLine()
                .parseArgs("record", "-o", "seed.ctf", "cc", "x.c", "-o", "prog", "--json")
                .subcommand()
                .matchedPositional(0)
                .getValue();

        assertThat(arguments).containsExactly("cc", "x.c", "-o", "prog", "--json");
    }

    @Test
    void missingStreamFileIsBadInput() {
        assertThat(execute("live", "--from", "/no/such/file")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(err.toString()).contains("/no/such/file");
    }

    private int execute(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
