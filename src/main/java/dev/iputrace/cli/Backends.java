package dev.iputrace.cli;

import dev.iputrace.agent.AgentOptions;
import dev.iputrace.agent.AgentSource;
import dev.iputrace.bcc.BccProgram;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Level;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.SourceRefusedException;
import dev.iputrace.tracefs.TracefsSource;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;

/** From {@code --backend} to events: opens the one that is asked for, or the first that this host lets us use. */
final class Backends {
    /** Attaches; throws {@link SourceRefusedException} with the reason when that cannot be. */
    @FunctionalInterface
    interface Opener {
        EventSource open(ProbeOptions probe, Level level);
    }

    private final Map<Backend, Opener> openers;
    private final PrintStream err;

    Backends() {
        this(all(), Console.err());
    }

    /** In the order of the enum; without {@link Backend#AUTO}. */
    Backends(Map<Backend, Opener> openers, PrintStream err) {
        this.openers = new EnumMap<>(openers);
        this.err = err;
    }

    static Map<Backend, Opener> all() {
        Map<Backend, Opener> all = new EnumMap<>(Backend.class);
        all.put(Backend.LIBBPF, (probe, level) -> new AgentSource(probe.toAgent(level)));
        all.put(Backend.BCC, Backends::bcc);
        all.put(Backend.TRACEFS, (probe, level) -> new TracefsSource(probe.toTracefs(level)));
        return all;
    }

    /** To compile takes seconds: not for somebody who may not load the result. */
    private static EventSource bcc(ProbeOptions probe, Level level) {
        HostCheck.Line rights = new HostCheck().privileges();
        if (rights.state() == HostCheck.State.BAD) {
            throw new SourceRefusedException("bcc: " + rights.found() + ": " + rights.remedy());
        }
        AgentOptions options = probe.toAgent(level);
        Console.err().println("iputrace: backend bcc: compiling for this kernel");
        try (BccProgram program = BccProgram.compile()) {
            AgentSource source = new AgentSource(options.program(program.file()));
            Provenance made = source.provenance();
            Console.err()
                    .println("iputrace: backend bcc: compiled in " + made.get("bcc.compile_ms") + " ms with "
                            + made.get("bcc.library") + " against " + made.get("bcc.headers"));
            return source;
        }
    }

    /**
     * Says on stderr which backend was taken, and why each that was tried before it was not.
     *
     * @param otherwise the level where none is asked for
     * @throws SourceRefusedException when there is no way in
     */
    EventSource open(ProbeOptions probe, Level otherwise) {
        probe.check();
        Level level = probe.level == null ? otherwise : probe.level;
        if (probe.backend != Backend.AUTO) {
            return open(probe.backend, probe, level);
        }
        for (Backend backend : openers.keySet()) {
            try {
                return open(backend, probe, level);
            } catch (SourceRefusedException e) {
                err.println("iputrace: backend " + backend.label() + ": refused: " + e.getMessage());
            }
        }
        throw new SourceRefusedException("this host cannot be probed by any backend; iputrace doctor says more");
    }

    private EventSource open(Backend backend, ProbeOptions probe, Level level) {
        Opener opener = openers.get(backend);
        if (opener == null) {
            throw new SourceRefusedException("no such backend: " + backend.label());
        }
        EventSource source = opener.open(probe, level);
        err.println("iputrace: backend " + backend.label() + ": taken");
        return source;
    }
}
