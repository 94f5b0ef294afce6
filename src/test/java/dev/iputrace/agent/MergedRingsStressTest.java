package dev.iputrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two producers at full speed into both rings, as two CPUs would: each CPU's events come out in order of seq. */
class MergedRingsStressTest {
    private static final int CPUS = 2;
    private static final int EVENTS_PER_CPU = 400_000;
    private static final long SEED = 20261123;

    private final TestRing events = new TestRing(1 << 16);
    private final TestRing rare = new TestRing(1 << 15);
    private final MergedRings rings =
            new MergedRings(new RingReader(events.memory()), new RingReader(rare.memory()), 1024, 60_000_000_000L);

    @Test
    @Timeout(60)
    void seqNeverGoesBackOnAnyCpu() throws InterruptedException {
        List<Thread> producers = new ArrayList<>();
        for (int cpu = 0; cpu < CPUS; cpu++) {
            Thread producer = new Thread(producer(cpu), "cpu" + cpu);
            producer.start();
            producers.add(producer);
        }
        OrderSink order = new OrderSink();

        while (order.events < CPUS * EVENTS_PER_CPU) {
            if (rings.drain(order, 1000) == 0) {
                LockSupport.parkNanos(50_000);
            }
        }
        for (Thread producer : producers) {
            producer.join();
        }

        assertThat(order.rareEvents).as("seed %d", SEED).isBetween(10_000, 100_000);
        assertThat(order.wrongOrder).as("seed %d", SEED).isZero();
        assertThat(order.strayCompanions).as("seed %d", SEED).isZero();
        assertThat(rings.drain(order, 1)).isZero();
        assertThat(rings.prepareSleep()).isTrue();
    }

    private Runnable producer(int cpu) {
        return () -> {
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(2 * CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
            CellWriter writer = new CellWriter(buffer);
            Random random = new Random(SEED + cpu);
            for (int seq = 0; seq < EVENTS_PER_CPU; seq++) {
                long tsNs = System.nanoTime() - random.nextInt(2000);
                boolean isRare = random.nextInt(16) == 0;
                writer.begin(0, tsNs, isRare ? OpCode.IGRAB : OpCode.IPUT, 0, cpu, seq);
                writer.begin(CellLayout.CELL_SIZE, tsNs, OpCode.COMM, 0, cpu, seq);
                while (!(isRare ? rare.record(buffer, 2) : events.record(buffer, 1))) {
                    LockSupport.parkNanos(50_000);
                }
            }
        };
    }

    private static final class OrderSink implements EventSink {
        private final int[] nextSeq = new int[CPUS];
        private int events;
        private int rareEvents;
        private int wrongOrder;
        private int strayCompanions;
        private int lastCpu;
        private int lastSeq;

        @Override
        public void cell(EventView cell) {
            if (cell.op() == OpCode.COMM) {
                strayCompanions += cell.cpu() == lastCpu && cell.seq() == lastSeq ? 0 : 1;
                return;
            }
            events++;
            rareEvents += cell.op() == OpCode.IGRAB ? 1 : 0;
            wrongOrder += cell.seq() == nextSeq[cell.cpu()] ? 0 : 1;
            nextSeq[cell.cpu()] = cell.seq() + 1;
            lastCpu = cell.cpu();
            lastSeq = cell.seq();
        }
    }
}
