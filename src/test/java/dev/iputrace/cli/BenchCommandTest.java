package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {
    private final StringWriter err = new StringWriter();
    private final CommandLine command = new CommandLine(new BenchCommand())
            .setErr(new PrintWriter(err, true))
            .setOut(new PrintWriter(new StringWriter(), true));

    @Test
    void valueOutOfRangeIsAUsageError() {
        assertThat(command.execute("ring", "--seconds", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("seconds=0");
    }

    @Test
    void benchAloneNamesItsSubcommands() {
        assertThat(command.execute()).isEqualTo(2);
        assertThat(err.toString()).contains("ring");
    }
}
