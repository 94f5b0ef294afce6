package dev.iputrace.check;

import dev.iputrace.check.Loss.Gap;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Stat;
import dev.iputrace.model.Rule;
import dev.iputrace.model.Strength;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Why the absence of findings proves nothing, a sentence each, always naming what. */
final class Reasons {
    private static final int GAPS_NAMED = 4;

    private final Checker checker;
    private final Coverage coverage;
    private final List<String> unknown = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> internal = new ArrayList<>();

    Reasons(Checker checker, Loss loss) {
        this.checker = checker;
        this.coverage = checker.coverage;
        loss(loss);
        probes();
        silentMisses();
        unseen();
        tables();
        input();
        observation();
        if (checker.judge.rareEvents.disagreements > 0) {
            internal.add(
                    "BPF and Java judged " + count(checker.judge.rareEvents.disagreements, "event") + " differently");
            unknown.add("iputrace contradicts itself: see internal errors");
        }
    }

    List<String> unknown() {
        return List.copyOf(unknown);
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    List<String> internal() {
        return List.copyOf(internal);
    }

    private void loss(Loss loss) {
        for (Map.Entry<LossStage, Long> stage : loss.byStage().entrySet()) {
            if (stage.getKey() != LossStage.PROBE_MISSED) {
                unknown.add(stage.getKey().label() + ": " + count(stage.getValue(), "event") + " lost"
                        + where(loss.gaps()));
            }
        }
        long missed = loss.byStage().getOrDefault(LossStage.PROBE_MISSED, 0L);
        if (missed > 0) {
            unknown.add("probe_missed: " + count(missed, "call") + " not seen" + missedByProbe());
        }
        if (loss.unplaced() > 0) {
            unknown.add(count(loss.unplaced(), "event") + " lost, the source does not say at which stage"
                    + where(loss.gaps()));
        }
    }

    private String missedByProbe() {
        StringBuilder text = new StringBuilder();
        for (Op op : Op.values()) {
            if (op.code() < OpCode.FIRST_COMPANION) {
                long missed = checker.accounting.statistics().missed(op);
                if (missed > 0) {
                    text.append(text.length() == 0 ? " (" : ", ")
                            .append(op.label())
                            .append(' ')
                            .append(missed);
                }
            }
        }
        return text.length() == 0 ? "" : text.append(')').toString();
    }

    private static String where(List<Gap> gaps) {
        StringBuilder text = new StringBuilder();
        for (Gap gap : gaps.subList(0, Math.min(gaps.size(), GAPS_NAMED))) {
            text.append(text.length() == 0 ? ": " : "; ")
                    .append(gap.count())
                    .append(" on cpu ")
                    .append(gap.cpu());
            boolean tail = gap.beforeNs() == Long.MAX_VALUE;
            text.append(tail ? " after " : " between ").append(seconds(gap.afterNs()));
            text.append(tail ? "" : " and " + seconds(gap.beforeNs()));
        }
        int more = gaps.size() - GAPS_NAMED;
        return more > 0
                ? text.append("; and ").append(more).append(" more gaps").toString()
                : text.toString();
    }

    private static String seconds(long ns) {
        return String.format(Locale.ROOT, "%d.%09d s", ns / 1_000_000_000, ns % 1_000_000_000);
    }

    /** One sentence for each probe that is not there, with the rules that suffer. */
    private void probes() {
        Map<String, List<String>> rules = new TreeMap<>();
        for (Rule rule : Rule.values()) {
            String why = coverage.unchecked(rule);
            List<Op> missing = coverage.missing(rule);
            boolean partly = why == null && !missing.isEmpty();
            if (rule.strength() == Strength.SUSPECT || (why == null && !partly)) {
                continue;
            }
            String name = rule.id() + (partly ? " in part" : "");
            if (coverage.guard() && !rule.stateless()) {
                rules.computeIfAbsent("note:" + why, key -> new ArrayList<>()).add(name);
            } else if (missing.isEmpty()) {
                rules.computeIfAbsent("" + why, key -> new ArrayList<>()).add(name);
            }
            for (Op op : missing) {
                String key = (coverage.absent(op) ? "note:" : "") + coverage.unattached(op);
                if (!coverage.guard() || rule.stateless()) {
                    rules.computeIfAbsent(key, unused -> new ArrayList<>()).add(name);
                }
            }
        }
        rules.forEach((why, names) -> {
            String suffix = ": " + String.join(", ", names) + " not checked";
            if (why.startsWith("note:")) {
                notes.add(why.substring("note:".length()) + suffix);
            } else {
                unknown.add(why + suffix);
            }
        });
    }

    private void silentMisses() {
        for (Op op : Op.values()) {
            if (op.code() < OpCode.FIRST_COMPANION && coverage.attached(op)) {
                String why = coverage.missable(op);
                if (why != null && why.startsWith("silent")) {
                    unknown.add(why);
                }
            }
        }
    }

    /** What the events themselves say was missed. */
    private void unseen() {
        sawTooLittle(checker.judge.lives.unseenBirths(), "inode", "used after death as if born again: birth not seen");
        sawTooLittle(checker.judge.lives.unseenDeaths(), "inode", "born again without a death: death not seen");
        sawTooLittle(
                checker.judge.lives.unseenEvicts(), "inode", "destroyed as evicted without an evict: evict not seen");
        sawTooLittle(checker.judge.ioEnds.unseenFrees(), "io_end", "initialised again while live: free not seen");
        sawTooLittle(checker.findings.explained(), "finding", "dropped, because a lost event may explain it");
        if (checker.judge.ioEnds.unseenInits() > 0) {
            String ioEnds = count(checker.judge.ioEnds.unseenInits(), "io_end");
            notes.add(ioEnds + " freed whose init was not seen: older than the observation");
        }
    }

    private void sawTooLittle(long count, String noun, String what) {
        if (count > 0) {
            unknown.add(count(count, noun) + " " + what);
        }
    }

    private static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private void tables() {
        if (checker.judge.inodes.evicted() > 0) {
            unknown.add("inode table full (" + checker.options.inodesMax() + "): "
                    + count(checker.judge.inodes.evicted(), "inode") + " forgotten: R6, R7, R10 not checked for them");
        }
        if (checker.judge.ioEndTable.evicted() > 0) {
            unknown.add("io_end table full (" + checker.options.ioEndsMax() + "): "
                    + count(checker.judge.ioEndTable.evicted(), "live io_end")
                    + " forgotten: R8, R9 not checked for them");
        }
        if (checker.judge.leaks.forgotten() > 0) {
            notes.add("deaths, unmounts and leaks: " + checker.judge.leaks.forgotten()
                    + " not followed up: R9, R10 not checked for them");
        }
    }

    private void input() {
        sawTooLittle(checker.unknownCells + checker.judge.unknownOps, "cell", "of a kind this version does not know");
        sawTooLittle(checker.judge.damaged, "event", "without the address it is about");
        sawTooLittle(checker.accounting.strayCpus(), "cell", "from a CPU number that cannot be");
        long wrongBits = checker.accounting.statistics().sum(Stat.WRONG_BITS);
        if (wrongBits > 0) {
            unknown.add(
                    wrongBits + " evictions or deaths contradicted the bits of i_state: what is dying cannot be told");
        }
        checker.provenance.entries().forEach((key, value) -> {
            if (key.startsWith("incomplete.")) {
                unknown.add(value);
            }
        });
    }

    private void observation() {
        boolean none = true;
        for (long count : checker.counts) {
            none &= count == 0;
        }
        if (none && !coverage.guard()) {
            unknown.add("no event was seen");
        }
        if (checker.options.requireWindow() && checker.judge.ioEnds.windowEntered() == 0) {
            unknown.add("no io_end was started on a dying inode: the dangerous window was never entered");
        }
    }
}
