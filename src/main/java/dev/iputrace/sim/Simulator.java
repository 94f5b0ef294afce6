package dev.iputrace.sim;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellRun;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.Stat;
import dev.iputrace.sim.kernel.EventLog;
import dev.iputrace.sim.kernel.Fault;
import dev.iputrace.sim.kernel.KernelOptions;
import dev.iputrace.sim.kernel.Layout;
import dev.iputrace.sim.kernel.Machine;
import dev.iputrace.sim.kernel.Panic;
import dev.iputrace.sim.kernel.Probes;
import dev.iputrace.sim.kernel.Rng;
import dev.iputrace.sim.kernel.Symbols;
import dev.iputrace.sim.kernel.TaskSpec;
import dev.iputrace.sim.kernel.Truth;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fake kernel as a source of events. Runs when it is drained, on the thread that drains it. Ends with the events
 * asked for and an unmount, or with a panic, see {@link #panic}.
 */
public final class Simulator implements EventSource {
    private static final int BATCH_BYTES = 128 * 1024;
    private static final long BOOT_NS = 20_000_000_000L;

    /** So many io_ends at least: more than all dirty pages and all that may be under way can need. */
    private static final int IO_ENDS_MIN = 256;

    /** So many turns without an event say that every task waits for something that never comes. */
    private static final int QUIET_TURNS_MAX = 200_000;

    /** And so long somebody watches it hang: the kernel's own hung task detector takes 120 s. */
    private static final long HANG_NS = 130_000_000_000L;

    private final SimOptions options;
    private final Machine machine;
    private final Probes probes;
    private final EventLog log;
    private final Scheduler scheduler;
    private final int umountTask;
    private final CellRun run;
    private final @Nullable Reorder reorder;
    private final EventCell statCell = new EventCell();
    private long eventsBefore;
    private int quietTurns;
    private boolean hung;
    private boolean ended;

    public Simulator(SimOptions options) {
        this(options, Truth.DEAF);
    }

    /** {@code truth} is told what is really wrong, as it happens. */
    public Simulator(SimOptions options, Truth truth) {
        this.options = options;
        Set<Fault> faults = options.faults();
        KernelOptions kernel = new KernelOptions(
                options.era(),
                faults,
                options.nodelalloc(),
                options.faultEvery(),
                options.faultMax(),
                options.seed(),
                false);
        List<TaskSpec> tasks = Tasks.of(options);
        Layout.Sizes sizes = new Layout.Sizes(
                tasks.size(),
                options.inodes(),
                Math.max(options.inodes(), IO_ENDS_MIN),
                options.inodes(),
                options.workload().names());
        ByteBuffer batch = ByteBuffer.allocateDirect(BATCH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int loss = faults.contains(Fault.LOST_EVENTS) ? options.lossPerMillion() : 0;
        int misses = faults.contains(Fault.MISSED_RETURNS) ? options.missesPerMillion() : 0;
        log = new EventLog(batch, options.cpus(), options.seed(), loss);
        run = new CellRun(batch);
        probes = new Probes(kernel, sizes, tasks, log, truth, misses);
        probes.nowNs = BOOT_NS;
        machine = new Machine(kernel, sizes, tasks, probes);
        machine.mount();
        umountTask = tasks.size() - 1;
        scheduler = new Scheduler(machine, probes, new Rng(options.seed()), options.cpus());
        reorder = faults.contains(Fault.REORDERED) ? new Reorder(options.cpus(), options.seed()) : null;
    }

    @Override
    public Provenance provenance() {
        return Provenances.of(options);
    }

    /** Runs until there are about 2,000 cells. */
    @Override
    public int drain(EventSink sink) {
        return drain(sink, Integer.MAX_VALUE);
    }

    /** As {@link #drain(EventSink)}, but of one or a few more than {@code eventsMax} events. */
    public int drain(EventSink sink, int eventsMax) {
        if (ended && log.end() == 0) {
            return END;
        }
        long until = log.events() + eventsMax;
        while (!ended && log.hasRoom(Scheduler.BURST_MAX) && log.events() < until) {
            turn();
        }
        int cells = log.end() / CellLayout.CELL_SIZE;
        if (reorder != null) {
            reorder.deliver(log, sink);
        } else if (cells > 0) {
            sink.cells(run.set(0, cells));
        }
        log.clear();
        return cells;
    }

    private void turn() {
        scheduler.turn();
        if (machine.isDead() || machine.hasExited(umountTask)) {
            ended = true;
        } else if (log.events() >= options.events()) {
            machine.quit();
        }
        if (log.events() != eventsBefore) {
            eventsBefore = log.events();
            quietTurns = 0;
        } else if (++quietTurns > QUIET_TURNS_MAX) {
            hung = true;
            ended = true;
            probes.nowNs += HANG_NS;
        }
    }

    /** As every source: what probes missed first, for with the count of events tried it is settled what was found. */
    @Override
    public void stats(EventSink sink) {
        for (int op = 1; op < OpCode.FIRST_COMPANION; op++) {
            boolean atReturn = op == OpCode.IGRAB || op == OpCode.IO_END_INIT;
            int id = op + (atReturn ? Stat.RETURN : 0);
            if (probes.sent(op) + probes.missed(op) > 0) {
                stat(sink, 0, Stat.RUNS + id, probes.sent(op));
                stat(sink, 0, Stat.MISSES + id, probes.missed(op));
            }
        }
        for (int cpu = 0; cpu < options.cpus(); cpu++) {
            stat(sink, cpu, Stat.SEQ, log.seq(cpu) & 0xffffffffL);
            stat(sink, cpu, Stat.RING_FULL, log.lost(cpu));
        }
    }

    private void stat(EventSink sink, int cpu, int stat, long value) {
        new CellWriter(statCell.buffer())
                .begin(0, probes.nowNs, OpCode.STAT, 0, cpu, stat)
                .word(0, value);
        sink.cell(statCell);
    }

    @Override
    public void stop() {
        ended = true;
    }

    @Override
    public void close() {
        ended = true;
    }

    /** What the fake kernel printed when its BUG_ON fired; null while it lives. */
    public @Nullable Panic panic() {
        return probes.panic();
    }

    /** Names for the addresses in events and stacks. */
    public Symbols symbols() {
        return probes.symbols();
    }

    /** Events tried so far, lost ones included. */
    public long events() {
        return log.events();
    }

    /** Of these, lost between probe and reader. */
    public long lost() {
        long lost = 0;
        for (int cpu = 0; cpu < options.cpus(); cpu++) {
            lost += log.lost(cpu);
        }
        return lost;
    }

    /** Returns that no probe saw. */
    public long missed() {
        return probes.missed(OpCode.IGRAB) + probes.missed(OpCode.IO_END_INIT);
    }

    /** Simulated CLOCK_MONOTONIC. */
    public long nowNs() {
        return probes.nowNs;
    }

    /** Inodes that an unmount found held: "VFS: Busy inodes after unmount". */
    public long busyInodes() {
        return probes.busyInodes();
    }

    /** True when the workload could not come to its end, because a task waits for something that never comes. */
    public boolean hung() {
        return hung;
    }
}
