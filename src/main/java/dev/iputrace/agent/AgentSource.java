package dev.iputrace.agent;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Outlet;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.Stat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Live events of this host's kernel, read in place from the agent's two rings. */
public final class AgentSource implements EventSource {
    private static final int CELLS_PER_DRAIN = 1 << 14;
    private static final int CPUS_MAX = 4096;

    private final NativeAgent agent;
    private final RingMapping events;
    private final RingMapping rare;
    private final MergedRings rings;
    private final ByteBuffer scratch = ByteBuffer.allocate(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final CellWriter writer = new CellWriter(scratch);
    private final EventCell view = new EventCell(scratch);
    private Provenance provenance;

    /**
     * Attaches.
     *
     * @throws AgentException when that is refused; says why
     */
    public AgentSource(AgentOptions options) {
        agent = new NativeAgent(options.toText());
        try {
            provenance = agent.provenance();
            events = agent.ring(NativeAgent.EVENTS);
            rare = agent.ring(NativeAgent.RARE);
        } catch (RuntimeException e) {
            agent.close();
            throw e;
        }
        rings = new MergedRings(new RingReader(events.memory()), new RingReader(rare.memory()));
    }

    @Override
    public Provenance provenance() {
        return provenance;
    }

    @Override
    public int drain(EventSink sink) {
        return rings.drain(sink, CELLS_PER_DRAIN);
    }

    /** Also follows ext4 being loaded and unloaded. */
    @Override
    public void stats(EventSink sink) {
        if (agent.tick()) {
            provenance = agent.provenance();
        }
        long[] values = agent.stats(CPUS_MAX, Stat.NR);
        for (int i = 0; i < values.length; i++) {
            if (worthSending(i, values[i])) {
                writer.begin(0, System.nanoTime(), OpCode.STAT, 0, i / Stat.NR, i % Stat.NR)
                        .word(0, values[i]);
                sink.cell(view);
            }
        }
    }

    /** Zero is what the checker assumes, but for hits: there, nothing means not known. */
    private static boolean worthSending(int index, long value) {
        return (index >= Stat.HITS && index < Stat.MISSES) ? value != NativeAgent.STAT_UNKNOWN : value != 0;
    }

    @Override
    public double fillRatio() {
        return events.memory().fillRatio();
    }

    @Override
    public boolean ownClock() {
        return true;
    }

    @Override
    public Outlet putOut(@Nullable Path evidence, @Nullable Path kernelLog) {
        agent.putOut(
                evidence == null ? null : evidence.toAbsolutePath().toString(),
                kernelLog == null ? null : kernelLog.toString());
        return new NativeOutlet(agent);
    }

    @Override
    public void stop() {
        agent.stop();
    }

    @Override
    public void close() {
        agent.stop();
        events.close();
        rare.close();
        agent.close();
    }
}
