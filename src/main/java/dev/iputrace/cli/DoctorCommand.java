package dev.iputrace.cli;

import dev.iputrace.event.EventSource;
import dev.iputrace.event.Level;
import dev.iputrace.event.Op;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.SourceRefusedException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Says what this host can do: looks at the kernel, then really attaches for a moment, by each"
                + " backend or by the one of --backend.",
        footer = "%nExit code: 0 when the probes can be attached and trusted, 4 when not.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private ProbeOptions probe = new ProbeOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Map<Backend, Backends.Opener> backends;

    DoctorCommand() {
        this(Backends.all());
    }

    DoctorCommand(Map<Backend, Backends.Opener> backends) {
        this.backends = backends;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        boolean hopeful = true;
        for (HostCheck.Line line : new HostCheck().lines()) {
            out.printf("%-5s %-12s %s%n", line.state().label(), line.what(), line.found());
            if (!line.remedy().isEmpty()) {
                out.printf("      %-12s -> %s%n", "", line.remedy());
            }
            hopeful &= line.state() != HostCheck.State.BAD;
        }
        List<Backend> usable = new ArrayList<>();
        backends.forEach((backend, opener) -> {
            out.flush();
            if ((probe.backend == Backend.AUTO || probe.backend == backend) && attach(out, backend, opener)) {
                usable.add(backend);
            }
        });
        out.println();
        if (usable.isEmpty()) {
            out.println("this host cannot be probed" + (hopeful ? " although nothing above forbids it" : ""));
        } else {
            out.println("iputrace live will use backend " + usable.get(0).label());
        }
        out.flush();
        return usable.isEmpty() ? ExitCode.CANNOT_PROBE : ExitCode.OK;
    }

    private boolean attach(PrintWriter out, Backend backend, Backends.Opener opener) {
        try (EventSource source = opener.open(probe, Level.GUARD)) {
            Provenance provenance = source.provenance();
            out.printf("%nbackend %s: usable%n", backend.label());
            for (Op op : List.of(Op.values())) {
                String attached = provenance.probe(op);
                String missing = provenance.get("missing." + op.label());
                if (attached != null) {
                    out.printf("%-5s %-12s %s%n", "ok", op.label(), attached);
                } else if (missing != null) {
                    out.printf("%-5s %-12s %s%n", "-", op.label(), missing);
                }
            }
            out.printf("%-5s %-12s %s%n", "ok", "self-check", provenance.get("self_check", "unknown"));
            return true;
        } catch (SourceRefusedException e) {
            out.printf("%nbackend %s: refused%n  %s%n", backend.label(), e.getMessage());
            return false;
        }
    }
}
