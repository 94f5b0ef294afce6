package dev.iputrace.sim;

import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.StateBits;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** How the fake kernel was probed: every point, by entry and return probes that miss nothing unless told to. */
final class Provenances {
    private static final int ABI_VERSION = 1;

    private Provenances() {}

    static Provenance of(SimOptions options) {
        Map<String, String> entries = of(options.era());
        if (options.faults().contains(Fault.REORDERED)) {
            entries.put("jitter_ns", String.valueOf(Reorder.JITTER_NS));
        }
        entries.put("sim.workload", options.workload().label());
        entries.put("sim.seed", String.valueOf(options.seed()));
        entries.put("sim.cpus", String.valueOf(options.cpus()));
        entries.put("sim.faults", faults(options.faults()));
        return Provenance.of(entries);
    }

    static Provenance of(WorldOptions options) {
        Map<String, String> entries = of(options.era());
        entries.put("sim.scenario", options.scenario().label());
        entries.put("sim.inodes", String.valueOf(options.inodes()));
        entries.put("sim.io_ends", String.valueOf(options.ioEnds()));
        entries.put("sim.cpus", String.valueOf(options.cpus()));
        entries.put("sim.nodelalloc", options.nodelalloc() ? "1" : "0");
        entries.put("sim.faults", faults(options.faults()));
        return Provenance.of(entries);
    }

    private static Map<String, String> of(Era era) {
        StateBits bits = era.stateBits();
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("abi", String.valueOf(ABI_VERSION));
        entries.put("source", "sim");
        entries.put("kernel", era.release() + " (simulated)");
        entries.put("level", "full");
        entries.put("bpf_rules", "1");
        entries.put("i_will_free", hex(bits.willFree()));
        entries.put("i_freeing", hex(bits.freeing()));
        entries.put("i_clear", hex(bits.clear()));
        entries.put("iput_panics", era.iputPanics() ? "1" : "0");
        for (Op op : Op.values()) {
            if (op.code() < OpCode.FIRST_COMPANION) {
                probe(entries, era, op);
            }
        }
        entries.put("sim.era", era.label());
        return entries;
    }

    private static String faults(Set<Fault> faults) {
        StringBuilder text = new StringBuilder();
        for (Fault fault : Fault.values()) {
            if (faults.contains(fault)) {
                text.append(text.length() == 0 ? "" : ",").append(fault.label());
            }
        }
        return text.toString();
    }

    private static String hex(int bits) {
        return "0x" + Integer.toHexString(bits);
    }

    private static void probe(Map<String, String> entries, Era era, Op op) {
        String symbol = symbol(era, op);
        if (symbol.isEmpty()) {
            entries.put("missing." + op.label(), "absent: the simulated kernel never calls it");
            return;
        }
        boolean atReturn = op == Op.IGRAB || op == Op.IO_END_INIT;
        entries.put("probe." + op.label(), (atReturn ? "fexit:" : "fentry:") + symbol);
    }

    private static String symbol(Era era, Op op) {
        return switch (op) {
            case IGRAB -> "igrab";
            case IPUT -> "iput";
            case IO_END_INIT -> "ext4_init_io_end";
            case IO_END_FREE -> era.old() ? "ext4_free_io_end" : "ext4_release_io_end";
            case BIRTH -> era.old() ? "inode_init_always" : "inode_init_always_gfp";
            case EVICT -> era.rhel6() ? "ext4_delete_inode,dispose_list" : "evict";
            case CLEAR -> era == Era.F7AD6D2E ? "end_writeback" : "clear_inode";
            case DEATH -> "destroy_inode";
            case IHOLD -> "ihold";
            case UMOUNT -> "generic_shutdown_super";
            default -> "";
        };
    }
}
