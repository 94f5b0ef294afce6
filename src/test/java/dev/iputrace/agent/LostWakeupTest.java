package dev.iputrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.bench.RigOptions;
import dev.iputrace.bench.RigProgram;
import dev.iputrace.bench.WakeupRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a producer in another process that wakes by the kernel's rule. */
@Timeout(120)
class LostWakeupTest {
    private static final RigOptions MILLION_A_SECOND =
            RigOptions.atRate(600_000, 1_000_000, 1000).withWakeups();

    private static RigProgram rig;

    @BeforeAll
    static void unpack() {
        rig = RigProgram.unpack();
    }

    @AfterAll
    static void remove() {
        rig.close();
    }

    @Test
    void noWakeUpIsLost() {
        for (int round = 0; round < 3; round++) {
            WakeupRun.Result result = WakeupRun.run(rig, MILLION_A_SECOND, RingReader::new);

            assertThat(result.stalls()).isZero();
            assertThat(result.events()).isEqualTo(600_000);
            assertThat(result.wakeups()).as("the reader slept at all").isPositive();
        }
    }

    /** The negative control: this test can see what it looks for. */
    @Test
    void withoutTheFenceWakeUpsAreLost() {
        long stalls = 0;
        for (int round = 0; round < 20 && stalls == 0; round++) {
            stalls += WakeupRun.run(rig, MILLION_A_SECOND, RingReader::withoutFence)
                    .stalls();
        }

        assertThat(stalls).isPositive();
    }
}
