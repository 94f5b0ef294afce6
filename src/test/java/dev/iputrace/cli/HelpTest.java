package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {
    /** Also finds a default value that its own option refuses: picocli looks at defaults before it looks at --help. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandExplainsItselfIn80Columns(List<String> command) {
        StringWriter out = new StringWriter();
        List<String> words = new ArrayList<>(command);
        words.add("--help");

        int code = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(words.toArray(String[]::new));

        assertThat(code).as(out.toString()).isZero();
        assertThat(out.toString()).startsWith("Usage: iputrace " + String.join(" ", command));
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    }

    static List<List<String>> commands() {
        List<List<String>> all = new ArrayList<>();
        collect(Main.commandLine(), List.of(), all);
        return all;
    }

    private static void collect(CommandLine command, List<String> path, List<List<String>> all) {
        if (!path.isEmpty()) {
            all.add(path);
        }
        command.getSubcommands().forEach((name, subcommand) -> {
            List<String> longer = new ArrayList<>(path);
            longer.add(name);
            if (subcommand.getCommandName().equals(name)) {
                collect(subcommand, longer, all);
            }
        });
    }
}
