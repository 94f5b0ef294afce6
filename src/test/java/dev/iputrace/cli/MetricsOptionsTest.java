package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iputrace.metrics.MetricsAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MetricsOptionsTest {
    private final StringWriter err = new StringWriter();
    private final CommandLine command = Main.commandLine().setErr(new PrintWriter(err, true));

    @Test
    void badAddressIsAUsageError() {
        assertThat(command.execute("live", "--from", "/dev/null", "--metrics", "localhost:99999"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("address=localhost:99999");
    }

    @Test
    void portInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MetricsAddress address = MetricsAddress.parse(String.valueOf(taken.getLocalPort()));

            assertThatThrownBy(() -> MetricsOptions.start(address, true, false))
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining("port=" + taken.getLocalPort())
                    .hasMessageContaining("in use");
        }
    }
}
