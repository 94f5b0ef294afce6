package dev.iputrace.cli;

import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Says what this host can do: looks at the kernel, then really attaches for a moment, by each"
                + " backend or by the one of --backend. Where one is refused, says by what, and what would help.",
        footer = "%nExit code: 0 when the probes can be attached and trusted, 4 when not.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private ProbeOptions probe = new ProbeOptions();

    @Option(names = "--json", description = "Report as one line of JSON, with a schema field.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Map<Backend, Backends.Opener> backends;

    DoctorCommand() {
        this(Backends.all());
    }

    DoctorCommand(Map<Backend, Backends.Opener> backends) {
        this.backends = new EnumMap<>(backends);
    }

    @Override
    public Integer call() {
        probe.check();
        PrintWriter out = spec.commandLine().getOut();
        if (probe.backend != Backend.AUTO) {
            backends.keySet().removeIf(backend -> backend != probe.backend);
        }
        Diagnosis diagnosis = new Diagnosis(new HostCheck(), backends, probe);
        if (json) {
            DoctorReport.json(diagnosis, out);
        } else {
            DoctorReport.text(diagnosis, out);
        }
        out.flush();
        return diagnosis.auto() == null ? ExitCode.CANNOT_PROBE : ExitCode.OK;
    }
}
