package dev.iputrace.sim.kernel;

/**
 * A task of the fake kernel.
 *
 * @param comm its name, cut to 15 bytes as the kernel does
 * @param pc where it begins: {@link Pc#USER} for a user task, the idle point of a daemon otherwise
 * @param script what a user task does
 */
public record TaskSpec(String comm, int tid, int pc, Script script) {
    public static TaskSpec user(String comm, int tid, Script script) {
        return new TaskSpec(comm, tid, Pc.USER, script);
    }

    public static TaskSpec daemon(String comm, int tid, int pc) {
        return new TaskSpec(comm, tid, pc, Script.begin());
    }

    public boolean isUser() {
        return pc == Pc.USER;
    }

    /** The handler of interrupts: runs on top of whatever its CPU does. */
    public boolean isIrq() {
        return pc == Pc.IRQ_IDLE;
    }
}
