package dev.iputrace.sim;

import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Pc;
import dev.iputrace.sim.kernel.Script;
import dev.iputrace.sim.kernel.TaskSpec;
import java.util.ArrayList;
import java.util.List;

/** The tasks of a simulated machine: user space, the kernel's threads, an interrupt handler for each CPU. */
final class Tasks {
    private static final int WORKERS_MAX = 4;
    private static final int FIRST_USER_TID = 1422;

    private Tasks() {}

    /** The one that unmounts comes last. */
    static List<TaskSpec> of(SimOptions options) {
        boolean old = options.era().old();
        List<TaskSpec> tasks = new ArrayList<>();
        int tid = FIRST_USER_TID;
        for (Workload.Program program : options.workload().programs()) {
            tasks.add(TaskSpec.user(program.comm(), tid++, program.script()));
        }
        tasks.add(TaskSpec.daemon(old ? "flush-8:0" : "kworker/u4:1", 437, Pc.FLUSH_IDLE));
        tasks.add(TaskSpec.daemon("jbd2/sda3-8", 391, Pc.COMMIT_IDLE));
        tasks.add(TaskSpec.daemon("kswapd0", 33, Pc.SHRINK_IDLE));
        tasks.add(TaskSpec.daemon(old ? "aio/0" : "kworker/0:2", 54, Pc.FPUT_IDLE));
        for (int cpu = 0; cpu < Math.min(options.cpus(), WORKERS_MAX); cpu++) {
            tasks.add(TaskSpec.daemon(workerComm(options.era(), cpu), 392 + cpu, Pc.WORK_IDLE));
        }
        if (!old) {
            tasks.add(TaskSpec.daemon("kworker/u4:3", 402, Pc.IPUT_WORK_IDLE));
            tasks.add(TaskSpec.daemon("ksoftirqd/0", 13, Pc.RCU_IDLE));
        } else {
            tasks.add(TaskSpec.daemon("ext4-dio-unwrit", 402, Pc.IPUT_WORK_IDLE));
        }
        for (int cpu = 0; cpu < options.cpus(); cpu++) {
            tasks.add(TaskSpec.daemon("swapper/" + cpu, 0, Pc.IRQ_IDLE));
        }
        tasks.add(new TaskSpec("umount", tid, Pc.UMOUNT_WAIT, Script.begin()));
        if (tasks.size() > Long.SIZE) {
            throw new IllegalArgumentException("sim: tasks=" + tasks.size() + ", want at most " + Long.SIZE);
        }
        return tasks;
    }

    private static String workerComm(Era era, int cpu) {
        return era.old() ? "ext4-dio-unwrit" : "kworker/u4:" + (4 + cpu);
    }
}
