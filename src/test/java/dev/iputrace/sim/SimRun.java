package dev.iputrace.sim;

import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Finding;
import dev.iputrace.check.Seen;
import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import dev.iputrace.model.Rule;
import dev.iputrace.sim.kernel.Broken;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One simulated run under the checker, and what both say. */
final class SimRun {
    private static final CheckerOptions CHECK = CheckerOptions.defaults()
            .withHistoryCells(64)
            .withInodesMax(1 << 12)
            .withIoEndLiveLimitNs(1_000_000_000L);

    final SimOptions options;
    final Simulator simulator;
    final TruthLog truth = new TruthLog();
    final List<Finding> findings = new ArrayList<>();
    final Summary summary;

    /** Events that came behind a younger one of another CPU, and births at an address that was used before. */
    int overtaken;

    int reborn;

    private final Set<Long> addresses = new HashSet<>();
    private long newestNs;

    SimRun(SimOptions options) {
        this.options = options;
        simulator = new Simulator(options, truth);
        Checker checker = new Checker(simulator.provenance(), CHECK, findings::add);
        int cells = 0;
        while (cells != EventSource.END) {
            cells = simulator.drain(cell -> {
                watch(cell);
                checker.cell(cell);
            });
            checker.flush();
        }
        simulator.stats(checker);
        summary = checker.finish();
    }

    private void watch(EventView cell) {
        int op = cell.op();
        if (op >= OpCode.FIRST_COMPANION || op == OpCode.IGRAB || op == OpCode.IO_END_INIT) {
            return;
        }
        overtaken += cell.tsNs() < newestNs ? 1 : 0;
        newestNs = Math.max(newestNs, cell.tsNs());
        reborn += op == OpCode.BIRTH && !addresses.add(cell.inode()) ? 1 : 0;
    }

    /** The rules that findings name, {@code also} included. */
    Set<Rule> rules() {
        Set<Rule> rules = EnumSet.noneOf(Rule.class);
        for (Finding finding : findings) {
            rules.add(finding.rule());
            rules.addAll(finding.also());
        }
        return rules;
    }

    /** Where checker and simulator do not say the same; empty when they do. */
    String difference() {
        Map<String, Set<String>> real = truthByEvent();
        Map<String, Set<String>> found = findingsByEvent();
        Set<String> keys = new TreeSet<>(real.keySet());
        keys.addAll(found.keySet());
        StringBuilder text = new StringBuilder();
        for (String key : keys) {
            Set<String> want = real.getOrDefault(key, Set.of());
            Set<String> is = found.getOrDefault(key, Set.of());
            if (!want.equals(is)) {
                text.append(key + ": broken " + want + ", found " + is + "; ");
            }
        }
        return text.toString();
    }

    /** What a machine that died could not show any more is left out: io_ends that it would never have freed. */
    private Map<String, Set<String>> truthByEvent() {
        Map<String, Set<String>> byEvent = new TreeMap<>();
        for (TruthLog.Breach breach : truth.broken) {
            boolean leak = breach.seq() < 0 && breach.ioEnd() != 0;
            if (!leak || simulator.panic() == null) {
                String key = breach.seq() < 0 ? left(breach.inode(), breach.ioEnd()) : at(breach.cpu(), breach.seq());
                byEvent.computeIfAbsent(key, unused -> new TreeSet<>()).addAll(names(breach.rules()));
            }
        }
        return byEvent;
    }

    /** R9 is one of the two ways to see a leaked io_end; an unmount that hangs leaves inodes that nobody leaked. */
    private Map<String, Set<String>> findingsByEvent() {
        Map<String, Set<String>> byEvent = new TreeMap<>();
        for (Finding finding : findings) {
            Seen seen = finding.seen();
            boolean r10 = finding.rule() == Rule.R10;
            boolean leak = finding.rule() == Rule.R9 || (finding.rule() == Rule.R8 && seen.op() == OpCode.IO_END_INIT);
            if (r10 && simulator.hung()) {
                continue;
            }
            String key = r10 || leak ? left(seen.inode(), leak ? seen.ioEnd() : 0) : at(seen.cpu(), seen.seq());
            Set<String> rules = byEvent.computeIfAbsent(key, unused -> new TreeSet<>());
            rules.add(leak ? Rule.R8.name() : finding.rule().name());
            finding.also().forEach(rule -> rules.add(rule.name()));
        }
        return byEvent;
    }

    private static String at(int cpu, int seq) {
        return "event " + seq + " of cpu " + cpu;
    }

    private static String left(long inode, long ioEnd) {
        return ioEnd == 0 ? "inode " + Long.toHexString(inode) : "io_end " + Long.toHexString(ioEnd);
    }

    private static Set<String> names(int rules) {
        Set<String> names = new TreeSet<>();
        for (Broken rule : Broken.values()) {
            if ((rules & rule.bit()) != 0) {
                names.add(rule.name());
            }
        }
        return names;
    }

    @Override
    public String toString() {
        return summary.verdict() + " " + rules() + " " + summary.reasons() + ", really " + truth.causes;
    }
}
