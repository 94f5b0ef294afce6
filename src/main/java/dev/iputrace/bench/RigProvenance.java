package dev.iputrace.bench;

import dev.iputrace.check.Summary;
import dev.iputrace.check.Verdict;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the rig's stream claims to be: all probes attached on a kernel of era A. */
final class RigProvenance {
    private RigProvenance() {}

    static Provenance of() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("source", "rig");
        entries.put("kernel", "ring-rig");
        entries.put("level", "full");
        entries.put("i_will_free", "0x10");
        entries.put("i_freeing", "0x20");
        entries.put("i_clear", "0x40");
        for (Op op : Op.values()) {
            if (op.code() < OpCode.FIRST_COMPANION) {
                entries.put("probe." + op.label(), "fentry:" + op.label());
            }
        }
        return Provenance.of(entries);
    }

    /** The history is legal, and nothing was lost. */
    static void requireClean(Summary summary) {
        if (summary.verdict() != Verdict.OK) {
            throw new BenchException("bench: checker: verdict=%s, lost=%d, reasons=%s, errors=%s"
                    .formatted(summary.verdict(), summary.loss().lost(), summary.reasons(), summary.internalErrors()));
        }
    }
}
