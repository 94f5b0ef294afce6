package dev.iputrace.tracefs;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Level;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.Stat;
import dev.iputrace.trace.capture.Offsets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** Live events of this host's kernel through kprobe events of tracefs: no BPF, no compiler, no native code. */
public final class TracefsSource implements EventSource {
    private static final long SELF_CHECK_NS = 5_000_000_000L;
    private static final long PAUSE_NS = 1_000_000;

    private final TracefsOptions options;
    private final Attached attached;
    private final ReadWatch watch = new ReadWatch();
    private final Streams streams;
    private final Cells cells;
    private final Identity identity;
    private Provenance provenance;
    private boolean stopped;
    private boolean closed;

    /**
     * Attaches.
     *
     * @throws TracefsException when that is refused; says why
     */
    public TracefsSource(TracefsOptions options) {
        this(options, Path.of("/"));
    }

    /** {@code root}: below it are sys and proc. */
    TracefsSource(TracefsOptions options, Path root) {
        this.options = options;
        identity = new Identity(root);
        Probe.Registers registers = Probe.Registers.of(System.getProperty("os.arch", ""));
        Tracefs tracefs = Tracefs.find(root);
        Offsets offsets = identity.offsets(options);
        KernelFunctions kernel = KernelFunctions.read(root.resolve("proc/kallsyms"));
        long pid = ProcessHandle.current().pid();
        String group = Leftovers.PREFIX + pid;
        Leftovers leftovers = new Leftovers(tracefs);
        leftovers.removeOfDead(root.resolve("proc"));
        attached = new Attached(tracefs, leftovers, group, options.ringBytes(), identity.cpus());
        try {
            Probe.Maker maker = new Probe.Maker(group, "_" + pid, options.level(), options.dev(), offsets, registers);
            attached.define(maker, kernel);
            TaskNames names = new TaskNames(root.resolve("proc"));
            cells = new Cells(offsets.stateBits(), options.level(), options.dev(), names);
            cells.functions(
                    attached.functions().get(Point.IO_END_INIT),
                    attached.functions().get(Point.IO_END_FREE));
            streams = new Streams(attached.streams(attached.decoders(), watch), cells);
        } catch (RuntimeException e) {
            attached.close();
            watch.close();
            throw e;
        }
        try {
            String selfCheck = start(root);
            provenance = identity.provenance(options, offsets, attached).with("self_check", selfCheck);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Enables the probes and sees whether they tell the truth. Returns what the provenance says of that. */
    private String start(Path root) {
        Path dir = options.mount();
        if (dir == null && options.selfCheck()) {
            dir = SelfCheck.findDir(root.resolve("proc/self/mounts"), options.dev());
        }
        int tid = SelfCheck.ownTid();
        if (!options.selfCheck() || dir == null || tid == 0) {
            attached.enable(0);
            return !options.selfCheck() ? "off" : "skipped: no ext4 that can be written is mounted";
        }
        boolean guard = options.level() == Level.GUARD;
        attached.enable(guard ? tid : 0);
        SelfCheck check = new SelfCheck(dir, tid);
        check.act();
        long endNs = System.nanoTime() + SELF_CHECK_NS;
        while (!check.sawAll() && System.nanoTime() - endNs < 0) {
            if (streams.drain(check) == 0) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        String complaint = check.complaint();
        if (complaint != null) {
            throw new TracefsException(complaint + " (self-check in the probes of this kernel failed: they are not"
                    + " trusted; are the offsets right?)");
        }
        if (guard) {
            attached.onlyRules();
            streams.drain(check);
        }
        streams.tellLostAgain();
        return "passed";
    }

    /** {@code s_dev} of the file system that holds this directory, as {@link TracefsOptions#dev} wants it. */
    public static int deviceOf(Path dir) {
        try {
            return SelfCheck.kernelDev(dir);
        } catch (IOException e) {
            throw new TracefsException("cannot look at the directory: path=" + dir + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Provenance provenance() {
        return provenance;
    }

    @Override
    public int drain(EventSink sink) {
        return streams.drain(sink);
    }

    @Override
    public boolean ownClock() {
        return true;
    }

    /** The kernel's count of probes that it skipped: there are no silent ones without BPF. */
    @Override
    public void stats(EventSink sink) {
        if (closed) {
            return;
        }
        long nowNs = System.nanoTime();
        attached.profile((probe, misses) -> {
            int op = probe.point().op().code() + (probe.isReturn() ? Stat.RETURN : 0);
            if (misses > 0) {
                cells.stat(Stat.MISSES + op, misses, nowNs, sink);
            }
        });
        notice("incomplete.pages", streams.damaged(), " pages of the trace ring could not be read to their end");
        notice("incomplete.late", streams.late(), " events of the trace ring came behind younger ones");
        notice("incomplete.stalls", watch.stalls(), " times somebody else read from iputrace's trace instance");
    }

    private void notice(String key, long count, String what) {
        String text = count + what;
        if (count > 0 && !text.equals(provenance.get(key))) {
            provenance = provenance.with(key, text);
        }
    }

    @Override
    public void stop() {
        if (!stopped) {
            stopped = true;
            attached.stop();
            streams.last();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            stopped = true;
            streams.close();
            watch.close();
            attached.close();
        }
    }
}
