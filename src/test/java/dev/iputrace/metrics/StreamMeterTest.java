package dev.iputrace.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Stat;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamMeterTest {
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final CellWriter writer = new CellWriter(buffer);
    private final EventCell view = new EventCell(buffer);
    private final StreamMeter meter = new StreamMeter(true);

    @Test
    void bucketsDoubleAndTheirBoundIsInclusive() {
        assertThat(Delays.bucket(0)).isZero();
        assertThat(Delays.bucket(16_384)).isZero();
        assertThat(Delays.bucket(16_385)).isEqualTo(1);
        assertThat(Delays.bucket(32_768)).isEqualTo(1);
        assertThat(Delays.bucket(32_769)).isEqualTo(2);
        assertThat(Delays.bucket(Long.MAX_VALUE)).isEqualTo(Delays.BUCKETS - 1);
        assertThat(Delays.boundSeconds(0)).isEqualTo(16_384e-9);
        assertThat(Delays.boundSeconds(Delays.BUCKETS - 2)).isEqualTo(8.589934592);
        assertThat(Delays.boundSeconds(Delays.BUCKETS - 1)).isInfinite();
    }

    @Test
    void eachEventIsCountedOnce() {
        long tsNs = System.nanoTime() - 300_000_000;
        for (int seq = 0; seq < 1000; seq++) {
            writer.begin(0, tsNs, OpCode.IPUT, 0, 0, seq);
            meter.cell(view);
        }
        writer.begin(0, 0, OpCode.COMM, 0, 0, 0);
        meter.cell(view);

        Delays delays = meter.delays();

        assertThat(events(delays, 0, Delays.BUCKETS)).isEqualTo(1000);
        assertThat(events(delays, 0, Delays.bucket(290_000_000))).isZero();
        assertThat(delays.sumNs()).isGreaterThan(1000 * 290_000_000L);
    }

    private static long events(Delays delays, int from, int to) {
        return IntStream.range(from, to).mapToLong(delays::count).sum();
    }

    /** After an idle while the last reading of the clock is old; a young event must not look instant because of it. */
    @Test
    void clockIsReadForAnEventYoungerThanItsLastReading() throws InterruptedException {
        writer.begin(0, System.nanoTime(), OpCode.IPUT, 0, 0, 0);
        meter.cell(view);
        long tsNs = System.nanoTime();
        Thread.sleep(20);

        writer.begin(0, tsNs, OpCode.IPUT, 0, 0, 1);
        meter.cell(view);

        assertThat(meter.delays().sumNs()).isGreaterThanOrEqualTo(20_000_000);
    }

    @Test
    void eventsOfAnotherHostHaveNoDelay() {
        StreamMeter remote = new StreamMeter(false);
        writer.begin(0, 5, OpCode.IPUT, 0, 0, 0);
        remote.cell(view);

        assertThat(events(remote.delays(), 0, Delays.BUCKETS)).isZero();
        assertThat(remote.delays().sumNs()).isZero();
    }

    @Test
    void latestStatisticOfEachCpuCounts() {
        for (long[] cpuAndValue : new long[][] {{0, 5}, {1, 7}, {0, 6}, {9000, 100}}) {
            writer.begin(0, 1, OpCode.STAT, 0, (int) cpuAndValue[0], Stat.RUNS + OpCode.IPUT)
                    .word(0, cpuAndValue[1]);
            meter.cell(view);
        }

        assertThat(meter.probeHits().get(Op.IPUT)).isEqualTo(13);
    }

    @Test
    void millionEventsAllocateNothing() {
        run(200_000);

        long before = allocatedBytes();
        run(1_000_000);

        assertThat(allocatedBytes() - before).isLessThan(4096);
    }

    private void run(int events) {
        for (int seq = 0; seq < events; seq++) {
            writer.begin(0, seq, OpCode.IPUT, 0, 0, seq);
            meter.cell(view);
        }
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
