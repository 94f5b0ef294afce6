package dev.iputrace.sim;

import dev.iputrace.sim.kernel.Cause;
import dev.iputrace.sim.kernel.Truth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the simulator knows to be wrong, kept. */
final class TruthLog implements Truth {
    /** As {@link Truth#broken} tells it. */
    record Breach(int rules, long tsNs, int cpu, int seq, long inode, long ioEnd, boolean sent) {}

    final List<Breach> broken = new ArrayList<>();
    final Map<Cause, Integer> causes = new EnumMap<>(Cause.class);

    @Override
    public void broken(int rules, long tsNs, int cpu, int seq, long inode, long ioEnd, boolean sent) {
        broken.add(new Breach(rules, tsNs, cpu, seq, inode, ioEnd, sent));
    }

    @Override
    public void cause(Cause cause, long tsNs, long inode, int generation) {
        causes.merge(cause, 1, Integer::sum);
    }
}
