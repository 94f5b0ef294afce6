package dev.iputrace.tracefs;

import dev.iputrace.tracefs.KernelFunctions.Function;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Our probes in the kernel, and our two instances that they write into: one for ordinary events, one for rare ones with
 * the stack behind each. Both drop what is new when they are full, as BPF's rings do, and use the monotonic clock.
 */
final class Attached implements AutoCloseable {
    private static final long RARE_BYTES = 4 << 20;
    private static final int CPU_KB_MIN = 64;

    private final Tracefs tracefs;
    private final Leftovers leftovers;
    private final Guardian guardian;
    private final String group;
    private final List<Probe> probes = new ArrayList<>();
    private final Map<Point, Function> functions = new EnumMap<>(Point.class);
    private final Map<Point, String> missing = new EnumMap<>(Point.class);
    private final Map<String, Probe> byName = new HashMap<>();

    /** Makes the instances; nothing is probed yet. {@code cpus}: over which the bytes are spread. */
    Attached(Tracefs tracefs, Leftovers leftovers, String group, long ringBytes, int cpus) {
        this.tracefs = tracefs;
        this.leftovers = leftovers;
        this.group = group;
        leftovers.remove(group);
        guardian = new Guardian(tracefs.dir(), group);
        try {
            makeInstance(ordinary(), ringBytes / cpus, false);
            makeInstance(rare(), RARE_BYTES / cpus, true);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private String ordinary() {
        return "instances/" + group;
    }

    private String rare() {
        return ordinary() + Leftovers.RARE_SUFFIX;
    }

    private void makeInstance(String path, long cpuBytes, boolean stacks) {
        tracefs.makeDirectory(path);
        tracefs.write(path + "/tracing_on", "0");
        tracefs.write(path + "/trace_clock", "mono");
        tracefs.write(path + "/options/overwrite", "0");
        tracefs.write(path + "/options/stacktrace", stacks ? "1" : "0");
        tracefs.write(path + "/buffer_size_kb", Long.toString(Math.max(CPU_KB_MIN, cpuBytes >> 10)));
    }

    /** Defines what can be defined; a point that is required and refused is a refusal of all. */
    void define(Probe.Maker maker, KernelFunctions kernel) {
        for (Point point : Point.values()) {
            Function function = kernel.of(point);
            if (function == null) {
                refuse(point, kernel.whyNot(point), null);
                continue;
            }
            try {
                List<Probe> made = maker.of(point, function.symbol());
                for (Probe probe : made) {
                    tracefs.append("kprobe_events", probe.definition());
                }
                for (Probe probe : made) {
                    probes.add(probe);
                    byName.put(probe.name(), probe);
                }
                functions.put(point, function);
            } catch (TracefsException e) {
                refuse(point, String.valueOf(e.getMessage()), e);
            }
        }
    }

    private void refuse(Point point, String why, @Nullable TracefsException cause) {
        if (point.required()) {
            throw new TracefsException("cannot attach: point=" + point.op().label() + ": " + why, cause);
        }
        missing.put(point, why);
    }

    /** Sets the filters and enables; each event of {@code alsoTid} passes too: the self-check's. */
    void enable(int alsoTid) {
        for (Probe probe : probes) {
            enable(rare(), probe, probe.rare(), alsoTid);
            enable(ordinary(), probe, probe.ordinary(), 0);
        }
        // All at once: a probe alone would send ends without starts, or starts without ends.
        tracefs.write(rare() + "/tracing_on", "1");
        tracefs.write(ordinary() + "/tracing_on", "1");
    }

    private void enable(String instance, Probe probe, @Nullable String filter, int alsoTid) {
        if (filter != null) {
            filter(instance, probe, filter, alsoTid);
            tracefs.write(event(instance, probe) + "/enable", "1");
        }
    }

    private void filter(String instance, Probe probe, String filter, int alsoTid) {
        if (!filter.isEmpty()) {
            boolean more = alsoTid != 0 && !probe.isReturn();
            String text = more ? "(" + filter + ") || common_pid == " + alsoTid : filter;
            tracefs.write(event(instance, probe) + "/filter", text);
        }
    }

    /** From now on nobody's events pass by being of one thread. */
    void onlyRules() {
        for (Probe probe : probes) {
            String filter = probe.rare();
            if (filter != null) {
                filter(rare(), probe, filter, 0);
            }
        }
    }

    private String event(String instance, Probe probe) {
        return instance + "/events/" + group + "/" + probe.name();
    }

    Decoders decoders() {
        List<EventFormat> formats = new ArrayList<>();
        for (Probe probe : probes) {
            String file = "events/" + group + "/" + probe.name() + "/format";
            formats.add(EventFormat.parse(tracefs.read(file), file));
        }
        String stack = "events/ftrace/kernel_stack/format";
        return new Decoders(probes, formats, EventFormat.parse(tracefs.read(stack), stack));
    }

    List<CpuStream> streams(Decoders decoders, ReadWatch watch) {
        PageLayout layout = PageLayout.parse(tracefs.read("events/header_page"));
        List<CpuStream> streams = new ArrayList<>();
        // Ordinary first: of two events of one time, an entry comes before the return that is rare.
        for (String instance : List.of(ordinary(), rare())) {
            for (String name : tracefs.list(instance + "/per_cpu")) {
                int cpu = Integer.parseInt(name.replaceFirst("^cpu", ""));
                CpuBuffer buffer = new CpuBuffer(tracefs.dir().resolve(instance + "/per_cpu/" + name), watch);
                streams.add(new CpuStream(cpu, instance.equals(rare()), buffer, layout, decoders));
            }
        }
        return streams;
    }

    Map<Point, Function> functions() {
        return functions;
    }

    Map<Point, String> missing() {
        return missing;
    }

    /** Takes the kernel's counts of skipped probes; lines of {@code NAME HITS MISSES}. */
    void profile(MissesSink sink) {
        for (String line : tracefs.read("kprobe_profile").split("\n")) {
            String[] words = line.strip().split("\\s+");
            Probe probe = words.length == 3 ? byName.get(words[0]) : null;
            if (probe != null && words[2].matches("[0-9]{1,18}")) {
                sink.misses(probe, Long.parseLong(words[2]));
            }
        }
    }

    /** Takes how often a probe was skipped. */
    @FunctionalInterface
    interface MissesSink {
        void misses(Probe probe, long count);
    }

    /** No event is written any more; what is in the rings stays. */
    void stop() {
        for (String instance : List.of(ordinary(), rare())) {
            if (tracefs.has(instance + "/tracing_on")) {
                tracefs.write(instance + "/tracing_on", "0");
            }
        }
        for (String instance : List.of(ordinary(), rare())) {
            String enable = instance + "/events/" + group + "/enable";
            if (tracefs.has(enable)) {
                tracefs.write(enable, "0");
            }
        }
    }

    /** Removes probes and instances: nobody may read from them any more. */
    @Override
    public void close() {
        leftovers.remove(group);
        guardian.close();
    }
}
