package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Level;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.SourceRefusedException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackendsTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Map<Backend, Backends.Opener> openers = new EnumMap<>(Backend.class);
    private final ProbeOptions probe = new ProbeOptions();

    @Test
    void autoTakesTheFirstThatIsNotRefusedAndSaysWhyNotTheOthers() {
        openers.put(Backend.TRACEFS, (options, level) -> new Nothing(level));
        openers.put(Backend.LIBBPF, refused("no BTF"));
        openers.put(Backend.BCC, refused("no headers"));

        try (EventSource source = backends().open(probe, Level.GUARD)) {
            assertThat(source.provenance().level()).isEqualTo(Level.GUARD);
        }

        assertThat(said()).isEqualTo("""
                iputrace: backend libbpf: refused: no BTF
                iputrace: backend bcc: refused: no headers
                iputrace: backend tracefs: taken
                """);
    }

    @Test
    void eachRefusalIsToldWhenAllRefuse() {
        for (Backend backend : Backend.values()) {
            if (backend != Backend.AUTO) {
                openers.put(backend, refused("no " + backend.label()));
            }
        }

        assertThatThrownBy(() -> backends().open(probe, Level.FULL)).isInstanceOf(SourceRefusedException.class);
        assertThat(said().lines()).hasSize(3);
        assertThat(said()).contains("bcc: refused: no bcc");
    }

    @Test
    void aNamedBackendIsTheOnlyOneTried() {
        openers.put(Backend.LIBBPF, (options, level) -> new Nothing(level));
        openers.put(Backend.BCC, refused("no headers"));
        probe.backend = Backend.BCC;

        assertThatThrownBy(() -> backends().open(probe, Level.FULL)).hasMessage("no headers");
        assertThat(said()).isEmpty();
    }

    @Test
    void theLevelAskedForWins() {
        openers.put(Backend.LIBBPF, (options, level) -> new Nothing(level));
        probe.level = Level.FULL;

        try (EventSource source = backends().open(probe, Level.GUARD)) {
            assertThat(source.provenance().level()).isEqualTo(Level.FULL);
        }
    }

    @Test
    void allBackendsAreKnown() {
        assertThat(Backends.all()).containsOnlyKeys(Backend.LIBBPF, Backend.BCC, Backend.TRACEFS);
    }

    private static Backends.Opener refused(String why) {
        return (options, level) -> {
            throw new SourceRefusedException(why);
        };
    }

    private Backends backends() {
        return new Backends(openers, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** A source without events. */
    private record Nothing(Level level) implements EventSource {
        @Override
        public Provenance provenance() {
            return Provenance.of(Map.of("level", level.label()));
        }

        @Override
        public int drain(EventSink sink) {
            return END;
        }

        @Override
        public void close() {}
    }
}
