package dev.iputrace.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.event.EventSource;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Same options, same bytes: in this JVM, in the next one, on another JDK. The numbers are what 17 and 25 gave; who
 * changes the fake kernel on purpose changes them too, once it is clear why they differ.
 */
class DeterminismTest {
    private static final Map<Era, String> EXPECTED = Map.of(
            Era.RHEL6_279, "ac5589514ab51d4c",
            Era.RHEL6_279_STOCK, "bfad4d7f8c0260b8",
            Era.F7AD6D2E, "c5abd0427d51232b",
            Era.MODERN, "e1a574cfbc448f23",
            Era.SILENT, "43eaa4d941f0687d");

    @Test
    void eachEraMakesTheBytesThatItAlwaysMade() {
        Map<Era, String> hashes = new TreeMap<>();
        for (Era era : Era.values()) {
            hashes.put(era, Long.toHexString(hash(era)));
        }

        assertThat(hashes).containsExactlyInAnyOrderEntriesOf(EXPECTED);
    }

    @Test
    void aSecondRunMakesTheSameBytes() {
        assertThat(hash(Era.RHEL6_279)).isEqualTo(hash(Era.RHEL6_279));
        assertThat(hash(Era.RHEL6_279)).isNotEqualTo(hash(Era.RHEL6_279_STOCK));
    }

    /** All workloads, with every fault at once on the second half. */
    static long hash(Era era) {
        Hash hash = new Hash();
        for (Workload workload : Workload.values()) {
            SimOptions options = SimOptions.of(era, workload, 7).withCpus(4).withEvents(10_000);
            hash.run(options);
            hash.run(options.withFaults(EnumSet.complementOf(EnumSet.of(Fault.IO_END_LEAKED))));
        }
        return hash.value;
    }

    private static final class Hash {
        private long value = 0xcbf29ce484222325L;

        void run(SimOptions options) {
            Simulator simulator = new Simulator(options);
            while (simulator.drain(cell -> {
                        add(cell.tsNs());
                        add(cell.head());
                        for (int word = 0; word < 6; word++) {
                            add(cell.word(word));
                        }
                    })
                    != EventSource.END) {}
        }

        private void add(long bytes) {
            value = (value ^ bytes) * 0x9e3779b97f4a7c15L;
            value ^= value >>> 32;
        }
    }
}
