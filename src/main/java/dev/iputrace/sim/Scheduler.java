package dev.iputrace.sim;

import dev.iputrace.sim.kernel.Machine;
import dev.iputrace.sim.kernel.Probes;
import dev.iputrace.sim.kernel.Rng;
import java.util.Arrays;

/**
 * Virtual CPUs: each runs a task for a burst of steps, until the task waits, another CPU's turn comes, or an interrupt
 * sits on top of it. Every burst may end between any two steps, so every interleaving can happen.
 *
 * <p>Hot path: a few ns per step; allocates nothing.
 */
final class Scheduler {
    /** Steps in one turn at most, so events too. */
    static final int BURST_MAX = 16;

    private static final int NONE = -1;
    /** One step of one CPU. */
    private static final int STEP_NS = 256;

    /** None of these random bits set: one time in eight a hog may be next although others are ready. */
    private static final int HOGS_TURN = 0x380;

    private static final int TICK_TURNS = 1 << 12;
    private static final int SHORT_OF_MEMORY_TICKS = 8;

    private final Machine machine;
    private final Probes probes;
    private final Rng rng;
    private final int cpus;
    private final int stepNs;
    private final int[] running;
    private final int[] irqTask;
    private final boolean[] inIrq;
    private final long hogs;
    private long onCpu;
    private long turns;

    Scheduler(Machine machine, Probes probes, Rng rng, int cpus) {
        this.machine = machine;
        this.probes = probes;
        this.rng = rng;
        this.cpus = cpus;
        stepNs = Math.max(1, STEP_NS / cpus);
        running = new int[cpus];
        irqTask = new int[cpus];
        inIrq = new boolean[cpus];
        Arrays.fill(running, NONE);
        int next = 0;
        long spinning = 0;
        for (int task = 0; task < machine.tasks().size(); task++) {
            if (machine.tasks().get(task).isIrq()) {
                irqTask[next++] = task;
                onCpu |= 1L << task;
            }
            spinning |= machine.tasks().get(task).script().spins() ? 1L << task : 0;
        }
        hogs = spinning;
    }

    /** One CPU, chosen at random, goes on for a while. */
    void turn() {
        int bits = rng.next();
        int cpu = ((bits >>> 16) * cpus) >>> 16;
        probes.cpu = cpu;
        int burst = 1 + (bits & BURST_MAX - 1);
        boolean interrupted = inIrq[cpu] || (bits & 0x70) == 0;
        if (!interrupted || !handleIrq(cpu, burst)) {
            run(cpu, burst, bits);
        }
        if (++turns % TICK_TURNS == 0) {
            machine.tick(turns / TICK_TURNS % SHORT_OF_MEMORY_TICKS == 0);
        }
    }

    /** False when there is none, or when it spins on a lock that the interrupted task holds. */
    private boolean handleIrq(int cpu, int burst) {
        int task = irqTask[cpu];
        for (int step = 0; step < burst; step++) {
            if (!machine.step(task, rng.next())) {
                inIrq[cpu] = !machine.isIdle(task);
                return step > 0;
            }
            probes.nowNs += stepNs;
            if (machine.isIdle(task) || machine.isDead()) {
                inIrq[cpu] = false;
                return true;
            }
        }
        inIrq[cpu] = true;
        return true;
    }

    private void run(int cpu, int burst, int bits) {
        int task = running[cpu];
        if (task == NONE) {
            task = next(bits);
            boolean onlyHogs = (machine.runnable() & ~onCpu & ~hogs) == 0;
            if (onlyHogs && !inIrq[cpu] && handleIrq(cpu, burst)) {
                // Everybody waited for the disk: so much the sooner it answers.
                return;
            }
            if (task == NONE) {
                probes.nowNs += stepNs;
                return;
            }
            running[cpu] = task;
            onCpu |= 1L << task;
        }
        for (int step = 0; step < burst; step++) {
            if (!machine.step(task, rng.next()) || machine.isDead()) {
                leave(cpu, task);
                return;
            }
            probes.nowNs += stepNs;
        }
        // Preempted one time in eight.
        if ((bits & 0x380) == 0) {
            leave(cpu, task);
        }
    }

    private void leave(int cpu, int task) {
        onCpu &= ~(1L << task);
        running[cpu] = NONE;
    }

    private int next(int bits) {
        long ready = machine.runnable() & ~onCpu;
        if (ready == 0) {
            return NONE;
        }
        if ((ready & ~hogs) != 0 && (bits & HOGS_TURN) != 0) {
            ready &= ~hogs;
        }
        int from = bits >>> 10 & 63;
        return from + Long.numberOfTrailingZeros(Long.rotateRight(ready, from)) & 63;
    }
}
