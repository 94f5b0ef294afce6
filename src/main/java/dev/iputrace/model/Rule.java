package dev.iputrace.model;

import dev.iputrace.event.Op;
import java.util.Arrays;
import java.util.List;

/** What must hold of {@code i_count}, {@code i_state} and io_ends. */
public enum Rule {
    R1(
            0,
            "put-without-reference",
            Strength.PROOF,
            "The caller of iput owns a reference, so i_count is at least 1 at its entry.",
            Op.IPUT),
    R2(
            1,
            "put-on-dying-inode",
            Strength.PROOF,
            "The caller of iput owns a reference, and no reference exists once I_FREEING or I_CLEAR is set.",
            Op.IPUT),
    R2W(
            2,
            "put-on-inode-about-to-die",
            Strength.SUSPECT,
            "I_WILL_FREE is set when the last reference has gone, so iput should not meet it.",
            Op.IPUT),
    R3(
            3,
            "count-at-death",
            Strength.PROOF,
            "An inode is evicted only when i_count is 0, and nobody may change i_count after that.",
            Op.EVICT,
            Op.CLEAR,
            Op.DEATH),
    R4(
            4,
            "refusal-ignored",
            Strength.PROOF,
            "igrab took no reference, yet ext4_init_io_end went on: the iput of this io_end has nothing to give back.",
            Op.IGRAB,
            Op.IO_END_INIT),
    R5(
            5,
            "hold-on-zero",
            Strength.PROOF,
            "The caller of ihold owns a reference, so i_count is at least 1 at its entry.",
            Op.IHOLD),
    R6(
            6,
            "grab-of-the-dead",
            Strength.PROOF,
            "igrab refuses an inode from I_FREEING on; a reference taken then cannot keep it alive.",
            Op.IGRAB),
    R7(
            7,
            "use-after-death",
            Strength.PROOF,
            "destroy_inode is the last touch of an inode until its memory is initialised again.",
            Op.BIRTH,
            Op.DEATH),
    R8(
            8,
            "io_end-ledger",
            Strength.PROOF,
            "Each io_end is initialised once and freed once.",
            Op.IO_END_INIT,
            Op.IO_END_FREE),
    R9(
            9,
            "io_end-outlives-inode",
            Strength.SUSPECT,
            "Eviction waits for writeback, so an io_end should not be live 100 ms after destroy_inode.",
            Op.IO_END_INIT,
            Op.IO_END_FREE,
            Op.DEATH),
    R10(
            10,
            "reference-leak",
            Strength.SUSPECT,
            "Unmounting evicts every inode whose i_count is 0; one that stays is held by a reference that never ends.",
            Op.BIRTH,
            Op.EVICT,
            Op.UMOUNT);

    /** From the most telling to the least: where one event breaks several rules, the first names the finding. */
    private static final List<Rule> BY_WEIGHT = List.of(R2, R1, R4, R3, R5, R6, R7, R8, R9, R10, R2W);

    private final int index;
    private final String title;
    private final Strength strength;
    private final String proof;

    @SuppressWarnings("ImmutableEnumChecker") // what toList() makes cannot be changed
    private final List<Op> needs;

    Rule(int index, String title, Strength strength, String proof, Op... needs) {
        this.index = index;
        this.title = title;
        this.strength = strength;
        this.proof = proof;
        this.needs = Arrays.stream(needs).sorted().toList();
    }

    /** As in reports and JSON: {@code R2}, {@code R2w}. */
    public String id() {
        return this == R2W ? "R2w" : name();
    }

    public String title() {
        return title;
    }

    /** The most a finding of this rule can say; gaps in what was seen make it less. */
    public Strength strength() {
        return strength;
    }

    /** One sentence: why it must hold. */
    public String proof() {
        return proof;
    }

    /** The probes without which the rule cannot be judged, or (R3) only in part. */
    public List<Op> needs() {
        return needs;
    }

    /** From 0 without holes, for tables. */
    public int index() {
        return index;
    }

    /** This rule in a set of rules. */
    public int bit() {
        return 1 << index;
    }

    /** True for R1 to R5 and R2w: one event is judged by its own bytes, so loss of others cannot make it wrong. */
    public boolean stateless() {
        return (bit() & StatelessRules.ALL) != 0;
    }

    /** The rules of a set of {@link #bit}, the most telling first. */
    public static List<Rule> of(int bits) {
        return BY_WEIGHT.stream().filter(rule -> (bits & rule.bit()) != 0).toList();
    }
}
