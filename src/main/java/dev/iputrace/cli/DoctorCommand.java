package dev.iputrace.cli;

import dev.iputrace.agent.AgentException;
import dev.iputrace.agent.AgentSource;
import dev.iputrace.event.Level;
import dev.iputrace.event.Op;
import dev.iputrace.event.Provenance;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Says what this host can do: looks at the kernel, then really attaches for a moment.",
        footer = "%nExit code: 0 when the probes can be attached and trusted, 4 when not.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private ProbeOptions probe = new ProbeOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

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
        return attach(out, hopeful);
    }

    private Integer attach(PrintWriter out, boolean hopeful) {
        try (AgentSource source = new AgentSource(probe.toAgent(Level.GUARD))) {
            Provenance provenance = source.provenance();
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
            out.println("\nbackend libbpf: usable; iputrace live will use it");
            return ExitCode.OK;
        } catch (AgentException e) {
            out.println("\nbackend libbpf: refused" + (hopeful ? " although nothing above forbids it" : ""));
            out.println("  " + e.getMessage());
            return ExitCode.CANNOT_PROBE;
        } finally {
            out.flush();
        }
    }
}
