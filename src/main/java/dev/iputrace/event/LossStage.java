package dev.iputrace.event;

import java.util.Locale;

/** Where between the kernel function and the checker an event was lost; the code is the flags byte of a LOSS cell. */
public enum LossStage {
    /** The kernel skipped the probe (recursion, kretprobe instances exhausted). */
    PROBE_MISSED(1),
    /** No room in the BPF ring. */
    RING_FULL(2),
    AGENT_QUEUE(3),
    SOCKET(4),
    COLLECTOR_QUEUE(5),
    /** The recording or imported text says so. */
    IMPORT(6);

    /** Word 1 of a LOSS cell: nothing more comes of its CPU, so what is lost may lie anywhere behind. */
    public static final long TO_THE_END = 1;

    private final int code;

    LossStage(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** As in metrics and JSON: {@code ring_full}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** IMPORT for a code of a later version: loss stays loss. */
    public static LossStage of(int code) {
        for (LossStage stage : values()) {
            if (stage.code == code) {
                return stage;
            }
        }
        return IMPORT;
    }
}
