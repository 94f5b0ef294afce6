package dev.iputrace.sim;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.Provenance;
import dev.iputrace.sim.kernel.Cause;
import dev.iputrace.sim.kernel.EventLog;
import dev.iputrace.sim.kernel.KernelOptions;
import dev.iputrace.sim.kernel.Layout;
import dev.iputrace.sim.kernel.Machine;
import dev.iputrace.sim.kernel.Panic;
import dev.iputrace.sim.kernel.Pc;
import dev.iputrace.sim.kernel.Probes;
import dev.iputrace.sim.kernel.Script;
import dev.iputrace.sim.kernel.Symbols;
import dev.iputrace.sim.kernel.TaskSpec;
import dev.iputrace.sim.kernel.Truth;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fake kernel with a scenario, driven one step at a time by somebody else: the machines that {@link Simulator}
 * runs, with nothing left to chance. All that decides what can happen next is in {@link #memory}; who puts an earlier
 * content back has gone back in time. What probes say beyond that (generations, i_ino, numbers of events) is right only
 * along a schedule that began with {@link #restart}.
 *
 * <p>Each task has a CPU of its own, so what can happen is what can happen on any number of CPUs, and the number of a
 * CPU in an event is that of its task.
 */
public final class World {
    private static final long BOOT_NS = 60_000_000_000L;
    private static final int BATCH_BYTES = 1 << 14;
    private static final int FIRST_USER_TID = 1422;

    private final WorldOptions options;
    private final List<TaskSpec> tasks;
    private final EventLog log;
    private final EventCell cell;
    private final Probes probes;
    private final Machine machine;
    private final Set<Cause> causes = EnumSet.noneOf(Cause.class);
    private final int[] memory;
    private final int[] first;

    public World(WorldOptions options) {
        this.options = options;
        tasks = tasks(options);
        Scenario scenario = options.scenario();
        int files = options.inodes();
        int inodes = scenario.inodeSlots(files);
        Layout.Sizes sizes = new Layout.Sizes(tasks.size(), inodes, ioEnds(options), inodes, scenario.names(files));
        KernelOptions kernel =
                new KernelOptions(options.era(), options.faults(), options.nodelalloc(), 1, Integer.MAX_VALUE, 0, true);
        ByteBuffer batch = ByteBuffer.allocateDirect(BATCH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        log = new EventLog(batch, tasks.size(), 0, 0);
        cell = new EventCell(batch);
        Truth truth = new Truth() {
            @Override
            public void cause(Cause cause, long tsNs, long inode, int generation) {
                causes.add(cause);
            }
        };
        probes = new Probes(kernel, sizes, tasks, log, truth, 0);
        machine = new Machine(kernel, sizes, tasks, probes);
        machine.quit();
        memory = machine.kernel().mem;
        first = memory.clone();
        restart();
    }

    /**
     * So many that none has to wait for memory: one for each page, and in new kernels, which make the io_end before
     * they know whether there is a page, one more for kjournald2 and for each inode, which flusher or evict write.
     */
    private static int ioEnds(WorldOptions options) {
        int pages =
                options.inodes() * options.ioEnds() + (options.scenario() == Scenario.RENAME ? options.inodes() : 0);
        boolean early = !options.era().old() && !options.scenario().directIo();
        return early ? pages + 1 + options.scenario().inodeSlots(options.inodes()) : pages;
    }

    private static List<TaskSpec> tasks(WorldOptions options) {
        boolean old = options.era().old();
        Scenario scenario = options.scenario();
        List<TaskSpec> tasks = new ArrayList<>();
        int tid = FIRST_USER_TID;
        for (Scenario.Program program : scenario.programs(options.inodes(), options.ioEnds())) {
            tasks.add(TaskSpec.user(program.comm(), tid++, program.script()));
        }
        tasks.add(TaskSpec.daemon(old ? "flush-8:0" : "kworker/u4:1", 437, Pc.FLUSH_IDLE));
        tasks.add(TaskSpec.daemon("jbd2/sda3-8", 391, Pc.COMMIT_IDLE));
        for (int cpu = 0; cpu < options.cpus(); cpu++) {
            tasks.add(TaskSpec.daemon("swapper/" + cpu, 0, Pc.IRQ_IDLE));
            tasks.add(TaskSpec.daemon(old ? "ext4-dio-unwrit" : "kworker/u4:" + (4 + cpu), 392 + cpu, Pc.WORK_IDLE));
        }
        if (!old && !options.faults().isEmpty()) {
            tasks.add(TaskSpec.daemon("kworker/u4:3", 402, Pc.IPUT_WORK_IDLE));
        }
        if (!old && (scenario.shrinks() || scenario.unmounts())) {
            tasks.add(TaskSpec.daemon("ksoftirqd/0", 13, Pc.RCU_IDLE));
        }
        if (scenario.shrinks()) {
            tasks.add(TaskSpec.daemon("kswapd0", 33, Pc.SHRINK_IDLE));
        }
        if (scenario.directIo()) {
            tasks.add(TaskSpec.daemon(old ? "aio/0" : "kworker/0:2", 54, Pc.FPUT_IDLE));
        }
        if (scenario.unmounts()) {
            tasks.add(new TaskSpec("umount", tid, Pc.UMOUNT_WAIT, Script.begin()));
        }
        return List.copyOf(tasks);
    }

    /** The first state again, mounted; what the mount sends is in the log. */
    public void restart() {
        System.arraycopy(first, 0, memory, 0, first.length);
        machine.revive();
        probes.restart();
        log.restart();
        probes.nowNs = BOOT_NS;
        probes.cpu = 0;
        if (options.scenario().unmounts()) {
            machine.mount();
        }
        machine.begin();
    }

    /**
     * Hot path: one step of one task; its events replace those in the log. False when the task must wait, and then
     * nothing has changed.
     *
     * @param choice below {@link #choices}
     */
    public boolean step(int task, int choice) {
        log.clear();
        probes.cpu = task;
        return machine.step(task, choice);
    }

    /** How many ways the next step of this task can go, at least 1. */
    public int choices(int task) {
        return machine.choices(task);
    }

    /** A BUG_ON fired. */
    public boolean isDead() {
        return machine.isDead();
    }

    /** After an earlier state was put back. */
    public void revive() {
        machine.revive();
    }

    /** The state; may be written to. */
    public int[] memory() {
        return memory;
    }

    /** Where each part of the memory ends that changes by itself; the last end is that of the memory. */
    public int[] partEnds() {
        return machine.partEnds();
    }

    public List<TaskSpec> tasks() {
        return tasks;
    }

    public boolean hasExited(int task) {
        return machine.hasExited(task);
    }

    /** What the next step of the task does, in a word or two of the kernel. */
    public String nextStep(int task) {
        return machine.nextStep(task);
    }

    /** Slot of the inode that the task works on; 0 also when on none. */
    public int inodeOf(int task) {
        return machine.inodeOf(task);
    }

    /** i_count and what i_state says of the end of an inode: {@code 0 I_FREEING}; empty for free memory. */
    public String describe(int slot) {
        return machine.describe(slot);
    }

    /** Hands over the events of the last step. */
    public void events(EventSink sink) {
        for (int offset = 0; offset < log.end(); offset += CellLayout.CELL_SIZE) {
            sink.cell(cell.at(offset));
        }
    }

    /** The cells of the last step are at 0 to here in what {@link #cell} reads. */
    public int end() {
        return log.end();
    }

    /** The cell at this offset; the same view each time. */
    public EventCell cell(int offset) {
        return cell.at(offset);
    }

    /** The next step of this task is an unmount that has waited for everything. */
    public boolean isUnmounting(int task) {
        return machine.isUnmounting(task);
    }

    public long nowNs() {
        return probes.nowNs;
    }

    public void sleepNs(long ns) {
        probes.nowNs += ns;
    }

    /** Events sent by the CPU of this task since {@link #restart}. */
    public int seq(int task) {
        return log.seq(task);
    }

    /** Addresses of inodes by slot. */
    public long[] inodes() {
        return probes.inodes();
    }

    /** Addresses of io_ends by slot. */
    public long[] ioEnds() {
        return probes.ioEnds();
    }

    /** What really went wrong in any step that was taken. */
    public Set<Cause> causes() {
        return Set.copyOf(causes);
    }

    /** What the BUG_ON printed; null while the kernel lives. */
    public @Nullable Panic panic() {
        return probes.panic();
    }

    public Symbols symbols() {
        return probes.symbols();
    }

    public Provenance provenance() {
        return Provenances.of(options);
    }
}
