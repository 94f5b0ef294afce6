package dev.iputrace.bench;

import java.util.List;

/**
 * What the rig's producer does.
 *
 * @param ringBytes a power of two
 * @param events to try
 * @param rate events a second, dropped when there is no room; 0: as fast as the reader permits
 * @param inodes in the history that it repeats
 * @param bad events of one round of the history that break rule R2
 * @param noWakeup never wake the reader, as {@code live} has it (BPF_RB_NO_WAKEUP)
 */
public record RigOptions(int ringBytes, long events, long rate, int inodes, int bad, boolean noWakeup) {
    public static RigOptions saturated(long events, int inodes) {
        return new RigOptions(16 << 20, events, 0, inodes, 0, true);
    }

    /** Half a second of ring at a million events a second. */
    public static RigOptions atRate(long events, long rate, int inodes) {
        return new RigOptions(64 << 20, events, rate, inodes, 0, true);
    }

    public RigOptions withRingBytes(int value) {
        return new RigOptions(value, events, rate, inodes, bad, noWakeup);
    }

    public RigOptions withBad(int value) {
        return new RigOptions(ringBytes, events, rate, inodes, value, noWakeup);
    }

    public RigOptions withWakeups() {
        return new RigOptions(ringBytes, events, rate, inodes, bad, false);
    }

    List<String> arguments() {
        return List.of(
                "ring=" + ringBytes,
                "events=" + events,
                "rate=" + rate,
                "inodes=" + inodes,
                "bad=" + bad,
                "no_wakeup=" + (noWakeup ? 1 : 0));
    }
}
