package dev.iputrace.agent;

import dev.iputrace.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The native agent in this process: probes attached to this host's kernel. One thread at a time. */
final class NativeAgent implements AutoCloseable {
    static final int EVENTS = 0;
    static final int RARE = 1;
    /** The kernel does not tell the hits of this probe. */
    static final long STAT_UNKNOWN = -1;

    private static final int ERR_SIZE = 2048;
    private static final int TEXT_SIZE = 16384;

    private final long handle;
    private boolean closed;

    /** @throws AgentException with the agent's own words when the probes cannot be attached */
    NativeAgent(String options) {
        byte[] err = new byte[ERR_SIZE];
        try {
            handle = AgentLibrary.iputrace_agent_open(options, err, err.length);
        } catch (LinkageError e) {
            throw new AgentException("agent: cannot load the native library: " + rootOf(e), e);
        }
        if (handle == 0) {
            throw new AgentException(text(err));
        }
    }

    private static Throwable rootOf(Throwable error) {
        Throwable cause = error.getCause();
        return cause == null ? error : rootOf(cause);
    }

    private static String text(byte[] zeroTerminated) {
        int length = 0;
        while (length < zeroTerminated.length && zeroTerminated[length] != 0) {
            length++;
        }
        return new String(zeroTerminated, 0, length, StandardCharsets.UTF_8);
    }

    RingMapping ring(int which) {
        return RingMapping.ofBpfMap(AgentLibrary.iputrace_agent_ring_fd(handle, which), (int)
                AgentLibrary.iputrace_agent_ring_size(handle, which));
    }

    Provenance provenance() {
        byte[] out = new byte[TEXT_SIZE];
        AgentLibrary.iputrace_agent_provenance(handle, out, out.length);
        return Provenance.parse(text(out));
    }

    /** Returns {@code [cpu * Stat.NR + stat]}; empty when the kernel does not answer. */
    long[] stats(int cpusMax, int statsPerCpu) {
        long[] out = new long[cpusMax * statsPerCpu];
        int cpus = AgentLibrary.iputrace_agent_stats(handle, out, cpusMax);
        return Arrays.copyOf(out, Math.max(cpus, 0) * statsPerCpu);
    }

    /** Returns true when the provenance changed: ext4 came or went. */
    boolean tick() {
        return AgentLibrary.iputrace_agent_tick(handle) > 0;
    }

    void putOut(@Nullable String evidence, @Nullable String kmsg) {
        AgentLibrary.iputrace_agent_put_out(handle, evidence, kmsg);
    }

    /** As native/agent.h has it: keys of {@code iputrace_agent_evidence}. */
    Provenance evidence() {
        byte[] out = new byte[TEXT_SIZE];
        AgentLibrary.iputrace_agent_evidence(handle, out, out.length);
        return Provenance.parse(text(out));
    }

    void stop() {
        AgentLibrary.iputrace_agent_stop(handle);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            AgentLibrary.iputrace_agent_close(handle);
        }
    }
}
