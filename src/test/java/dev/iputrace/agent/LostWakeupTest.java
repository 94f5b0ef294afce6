package dev.iputrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.bench.RigOptions;
import dev.iputrace.bench.RigProgram;
import dev.iputrace.bench.WakeupRun;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    /**
     * The negative control: this test can see what it looks for. A store that the producer never sees is what a missing
     * fence makes of it for a moment; how often it does on real hardware, where both must run at once, is for
     * {@code bench ring} to say.
     */
    @Test
    void storeThatStaysUnseenLosesWakeUps() {
        WakeupRun.Result result =
                WakeupRun.run(rig, MILLION_A_SECOND, memory -> RingReader.withoutFence(withOwnConsumer(memory)));

        assertThat(result.events()).isEqualTo(600_000);
        assertThat(result.stalls()).isPositive();
    }

    private static RingMemory withOwnConsumer(RingMemory memory) {
        ByteBuffer unseen = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return new RingMemory(unseen, memory.producer(), memory.data());
    }
}
