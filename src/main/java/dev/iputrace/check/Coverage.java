package dev.iputrace.check;

import dev.iputrace.event.Level;
import dev.iputrace.event.Op;
import dev.iputrace.event.Provenance;
import dev.iputrace.model.Rule;
import dev.iputrace.model.StatelessRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rules could be judged with what was probed, and which would have been proofs. Reads the provenance:
 * {@code probe.OP}, {@code missing.OP} (a reason that begins with {@code absent} says that this kernel has no such
 * function, so nothing is missed), {@code missing_field.FIELD} and {@code missing_field.OP.FIELD} for imports, level
 * and i_state bits.
 */
final class Coverage {
    private static final String ABSENT = "absent";

    private final Provenance provenance;
    private final Accounting accounting;
    private final long[] counts;

    Coverage(Provenance provenance, Accounting accounting, long[] counts) {
        this.provenance = provenance;
        this.accounting = accounting;
        this.counts = counts;
    }

    boolean guard() {
        return provenance.level() == Level.GUARD;
    }

    boolean attached(Op op) {
        return provenance.probe(op) != null || counts[op.code()] > 0;
    }

    /** Of the rules in {@code bits}, those that events of this op can be judged by, given the fields they carry. */
    int judged(Op op, int bits) {
        int judged = bits;
        if (provenance.lacks(op, "i_count")) {
            judged &= ~(StatelessRules.R1 | StatelessRules.R3 | StatelessRules.R5);
        }
        if (provenance.lacks(op, "i_state")) {
            judged &= ~(StatelessRules.R2 | StatelessRules.R2W | Rule.R6.bit());
        }
        return judged;
    }

    /** Why events of this op may have gone unseen without a trace, or null when each was seen or counted. */
    @Nullable
    String missable(Op op) {
        long missed = accounting.statistics().missed(op);
        if (missed > 0) {
            return "the kernel skipped " + missed + " " + op.label() + " probes";
        }
        String probe = provenance.probe(op);
        boolean kprobe = probe != null && (probe.startsWith("kprobe") || probe.startsWith("kretprobe"));
        if (kprobe && !accounting.statistics().hitsKnown(op)) {
            return "silent misses of kprobes cannot be bounded for " + op.label();
        }
        return null;
    }

    /** Why a breach of this rule would be no proof although the rule could be; null when it would. */
    @Nullable
    String unprovable(Rule rule) {
        if (rule.stateless()) {
            return null;
        }
        for (Op op : rule.needs()) {
            String why = missable(op);
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    /** Why this rule could not be judged, or null when it could, R3 perhaps in part. */
    @Nullable
    String unchecked(Rule rule) {
        if (guard() && !rule.stateless()) {
            return "level guard sends only what R1 to R5 need";
        }
        List<Op> missing = missing(rule);
        if (rule == Rule.R3 ? missing.size() == rule.needs().size() : !missing.isEmpty()) {
            return unattached(missing.get(0));
        }
        boolean byState = rule == Rule.R2 || rule == Rule.R2W || rule == Rule.R6;
        if (byState && !provenance.stateBits().known()) {
            return "the i_state bits of this kernel are unknown";
        }
        for (Op op : rule.needs()) {
            if (judged(op, rule.bit()) == 0) {
                return "events of " + op.label() + " lack the field it needs";
            }
        }
        return null;
    }

    /** Needed by the rule, not attached. */
    List<Op> missing(Rule rule) {
        List<Op> missing = new ArrayList<>();
        for (Op op : rule.needs()) {
            if (!attached(op)) {
                missing.add(op);
            }
        }
        return missing;
    }

    String unattached(Op op) {
        String reason = provenance.get("missing." + op.label());
        return "probe " + op.label() + " not attached" + (reason == null ? "" : " (" + reason + ")");
    }

    /** True when this kernel has no such function, so that not probing it misses nothing. */
    boolean absent(Op op) {
        return provenance.get("missing." + op.label(), "").startsWith(ABSENT);
    }
}
