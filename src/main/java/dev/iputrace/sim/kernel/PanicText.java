package dev.iputrace.sim.kernel;

import java.util.ArrayList;
import java.util.List;

/** What a kernel prints when it hits BUG_ON, as far as the fake one can know: no registers, no line numbers. */
final class PanicText {
    private PanicText() {}

    static Panic of(Era era, CallSites sites, int[] mem, int t, TaskSpec task, int cpu, long tsNs) {
        boolean inIput = mem[t] >> 4 == Pc.IPUT >> 4;
        String iput = era.old() ? "iput+0x69/0x70" : "iput+0x18f/0x220";
        String clearInode = era.old() ? "clear_inode+0x9c/0xf0" : "clear_inode+0x60/0x70";
        String rip = inIput ? iput : clearInode;
        List<String> lines = new ArrayList<>();
        lines.add("------------[ cut here ]------------");
        lines.add("kernel BUG at fs/inode.c!");
        lines.add("invalid opcode: 0000 [#1] SMP");
        lines.add("CPU " + cpu);
        lines.add("Pid: " + task.tid() + ", comm: " + task.comm() + " Not tainted " + era.release() + " (simulated)");
        lines.add("RIP: 0010:" + rip);
        lines.add("Call Trace:");
        for (String place : sites.callTrace(mem, t)) {
            lines.add(place.startsWith("?") ? " ? " + place.substring(1) : " " + place);
        }
        lines.add("Kernel panic - not syncing: Fatal exception");
        return new Panic(tsNs, cpu, task.tid(), task.comm(), rip, List.copyOf(lines));
    }
}
