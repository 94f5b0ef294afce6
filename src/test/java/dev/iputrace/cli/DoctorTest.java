package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.SourceRefusedException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DoctorTest {
    private final Map<Backend, Backends.Opener> openers = new EnumMap<>(Backend.class);
    private final StringWriter said = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new DoctorCommand(openers))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(said))
                .execute(arguments);
    }

    private static Backends.Opener refused(String why) {
        return (probe, level) -> {
            throw new SourceRefusedException(why);
        };
    }

    private static Backends.Opener usable() {
        return (probe, level) -> new EventSource() {
            @Override
            public Provenance provenance() {
                return Provenance.parse(
                        "probe.iput=kprobe:iput\nmissing.evict=evict is not there\nself_check=passed\n");
            }

            @Override
            public int drain(EventSink sink) {
                return END;
            }

            @Override
            public void stats(EventSink sink) {}

            @Override
            public void stop() {}

            @Override
            public void close() {}
        };
    }

    @Test
    void eachBackendIsTriedAndSaysWhyNotOrWhere() {
        openers.put(Backend.LIBBPF, refused("agent: no BTF"));
        openers.put(Backend.BCC, usable());
        openers.put(Backend.TRACEFS, refused("tracefs: not mounted"));

        assertThat(run()).isEqualTo(ExitCode.OK);
        assertThat(said.toString())
                .contains("backend libbpf: refused\n  agent: no BTF")
                .contains(
                        "backend bcc: usable\nok    iput         kprobe:iput\n-     evict        evict is not there\n")
                .contains("ok    self-check   passed")
                .contains("backend tracefs: refused\n  tracefs: not mounted")
                .endsWith("iputrace live will use backend bcc\n");
    }

    @Test
    void whereNoneIsUsableTheExitCodeSaysSo() {
        openers.put(Backend.LIBBPF, refused("agent: no BTF"));
        openers.put(Backend.BCC, refused("bcc: no headers"));

        assertThat(run()).isEqualTo(ExitCode.CANNOT_PROBE);
        assertThat(said.toString()).contains("bcc: no headers", "this host cannot be probed");
    }

    @Test
    void aNamedBackendIsTheOnlyOneTried() {
        openers.put(Backend.LIBBPF, usable());
        openers.put(Backend.BCC, refused("bcc: no headers"));

        assertThat(run("--backend", "bcc")).isEqualTo(ExitCode.CANNOT_PROBE);
        assertThat(said.toString()).contains("bcc: no headers").doesNotContain("backend libbpf");
    }
}
