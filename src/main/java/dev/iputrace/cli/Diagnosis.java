package dev.iputrace.cli;

import dev.iputrace.event.EventSource;
import dev.iputrace.event.Level;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.SourceRefusedException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be said of a host, and of each way into its kernel: by looking, and by really attaching for a moment. */
final class Diagnosis {
    /** By backend: what of {@link HostCheck} it cannot do without, the first to look at first. */
    private static final Map<Backend, List<String>> NEEDS = new EnumMap<>(Map.of(
            Backend.LIBBPF, List.of("privileges", "lockdown", "BTF"),
            Backend.BCC, List.of("privileges", "lockdown", "headers", "libbcc"),
            Backend.TRACEFS, List.of("lockdown", "tracefs")));

    /**
     * One backend.
     *
     * @param refused the first thing that refuses; empty when it is usable
     * @param remedy what would help; empty when nothing is known, or the refusal says it
     * @param provenance of the probes that were attached; null when none were
     */
    record Verdict(
            String name,
            boolean usable,
            String refused,
            String remedy,
            @Nullable Provenance provenance) {}

    private final List<HostCheck.Line> host;
    private final List<Verdict> backends = new ArrayList<>();
    private @Nullable String auto;

    Diagnosis(HostCheck check, Map<Backend, Backends.Opener> openers, ProbeOptions probe) {
        host = check.lines();
        new EnumMap<>(openers).forEach((backend, opener) -> {
            Verdict verdict = attach(backend, opener, probe);
            backends.add(verdict);
            if (verdict.usable() && auto == null) {
                auto = verdict.name();
            }
        });
        for (Verdict each : List.copyOf(backends)) {
            if (each.name().equals(Backend.LIBBPF.label())) {
                // The agent alone is the same programs without the JVM.
                backends.add(new Verdict("agent", each.usable(), each.refused(), each.remedy(), null));
            }
        }
        backends.add(new Verdict("sim", true, "", "", null));
    }

    private Verdict attach(Backend backend, Backends.Opener opener, ProbeOptions probe) {
        String name = backend.label();
        try (EventSource source = opener.open(probe, Level.GUARD)) {
            return new Verdict(name, true, "", "", source.provenance());
        } catch (SourceRefusedException e) {
            String refused = String.valueOf(e.getMessage());
            String remedy = remedy(backend);
            boolean said = refused.contains(remedy.replaceFirst("^(as root: |apt install )", ""));
            return new Verdict(name, false, refused, said ? "" : remedy, null);
        }
    }

    private String remedy(Backend backend) {
        for (String need : NEEDS.getOrDefault(backend, List.of())) {
            for (HostCheck.Line line : host) {
                if (line.what().equals(need) && line.state() != HostCheck.State.OK) {
                    return line.remedy();
                }
            }
        }
        return "";
    }

    List<HostCheck.Line> host() {
        return host;
    }

    /** In the order in which auto tries them; agent and sim, which it never takes, last. */
    List<Verdict> backends() {
        return backends;
    }

    /** The backend that {@code --backend auto} takes; null when there is none. */
    @Nullable
    String auto() {
        return auto;
    }
}
