package dev.iputrace.agent;

import dev.iputrace.event.Outlet;
import dev.iputrace.event.Provenance;
import org.jspecify.annotations.Nullable;

/** What the agent's own threads put out (native/alarm.h). */
final class NativeOutlet implements Outlet {
    private final NativeAgent agent;

    NativeOutlet(NativeAgent agent) {
        this.agent = agent;
    }

    @Override
    public long lines() {
        return number(agent.evidence(), "evidence_lines");
    }

    @Override
    public long delayNsMax() {
        return number(agent.evidence(), "evidence_delay_ns_max");
    }

    @Override
    public @Nullable String failure() {
        Provenance evidence = agent.evidence();
        String refused = evidence.get("refused");
        String file = evidence.get("evidence_failure");
        return refused != null ? refused : file == null ? null : "evidence: " + file;
    }

    private static long number(Provenance evidence, String key) {
        return Long.parseLong(evidence.get(key, "0"));
    }
}
