package dev.iputrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RingReaderTest {
    private static final int SIZE = 4096;
    private static final int RECORD = CellLayout.CELL_SIZE + RingMemory.HEADER_SIZE;
    private static final int ALL = Integer.MAX_VALUE;

    private final TestRing ring = new TestRing(SIZE);
    private final List<Integer> seqs = new ArrayList<>();
    private final EventSink sink = cell -> seqs.add(cell.seq());

    @Test
    void emptyRingDeliversNothing() {
        RingReader reader = new RingReader(ring.memory());

        assertThat(reader.drain(sink, ALL)).isZero();
        assertThat(reader.prepareSleep()).isTrue();
        assertThat(ring.consumerPosition()).isZero();
    }

    @Test
    void recordsComeInOrderAndTheirRoomIsGivenBack() {
        RingReader reader = new RingReader(ring.memory());
        ring.event(100, OpCode.IGRAB, 0, 1);
        ring.event(200, OpCode.IPUT, 0, 2);
        assertThat(ring.memory().backlogBytes()).isEqualTo(2 * RECORD);
        assertThat(ring.memory().fillRatio()).isEqualTo(2.0 * RECORD / SIZE);

        int cells = reader.drain(sink, ALL);

        assertThat(cells).isEqualTo(2);
        assertThat(seqs).containsExactly(1, 2);
        assertThat(ring.consumerPosition()).isEqualTo(2 * RECORD);
        assertThat(ring.memory().backlogBytes()).isZero();
    }

    @Test
    void busyRecordStopsThoseBehindIt() {
        RingReader reader = new RingReader(ring.memory());
        ring.event(100, OpCode.IGRAB, 0, 1);
        long busy = ring.reserve(CellLayout.CELL_SIZE);
        ring.event(300, OpCode.IPUT, 0, 3);

        assertThat(reader.drain(sink, ALL)).isEqualTo(1);
        assertThat(reader.headBusy()).isTrue();
        assertThat(reader.drain(sink, ALL)).isZero();

        ring.writer.begin(0, 200, OpCode.IPUT, 0, 0, 2);
        ring.fill(busy, CellLayout.CELL_SIZE);
        ring.commit(busy, CellLayout.CELL_SIZE);

        assertThat(reader.headBusy()).isFalse();
        assertThat(reader.drain(sink, ALL)).isEqualTo(2);
        assertThat(seqs).containsExactly(1, 2, 3);
    }

    @Test
    void discardedRecordIsSkipped() {
        RingReader reader = new RingReader(ring.memory());
        ring.discard(ring.reserve(CellLayout.CELL_SIZE), CellLayout.CELL_SIZE);
        ring.event(200, OpCode.IPUT, 0, 2);

        assertThat(reader.drain(sink, ALL)).isEqualTo(1);
        assertThat(seqs).containsExactly(2);
        assertThat(reader.discarded()).isEqualTo(1);
    }

    @Test
    void recordAcrossTheEndOfTheRingIsWhole() {
        ring.startAt(SIZE - 40);
        RingReader reader = new RingReader(ring.memory());
        ring.event(100, OpCode.IGRAB, 3, 7);
        List<Integer> cpus = new ArrayList<>();

        reader.drain(cell -> cpus.add(cell.cpu()), ALL);

        assertThat(cpus).containsExactly(3);
        assertThat(ring.consumerPosition()).isEqualTo(SIZE - 40 + RECORD);
    }

    @Test
    void positionsBeyond32BitsWork() {
        ring.startAt((1L << 40) - 80);
        RingReader reader = new RingReader(ring.memory());

        for (int seq = 0; seq < 1000; seq++) {
            assertThat(ring.event(seq, OpCode.IPUT, 0, seq)).isTrue();
            assertThat(reader.drain(sink, ALL)).isEqualTo(1);
        }

        assertThat(seqs).hasSize(1000).last().isEqualTo(999);
        assertThat(ring.consumerPosition()).isEqualTo((1L << 40) - 80 + 1000L * RECORD);
    }

    @Test
    void fullRingRefusesAndIsReadToTheEnd() {
        RingReader reader = new RingReader(ring.memory());
        int written = 0;
        while (ring.event(written, OpCode.IPUT, 0, written)) {
            written++;
        }

        assertThat(written).isEqualTo((SIZE - 1) / RECORD);
        assertThat(reader.drain(sink, ALL)).isEqualTo(written);
    }

    @Test
    void rareRecordIsDeliveredCellByCellWithoutItsUnusedStack() {
        RingReader reader = new RingReader(ring.memory());
        ring.writer.begin(0, 100, OpCode.IGRAB, 0x10, 1, 5);
        ring.writer.begin(64, 100, OpCode.COMM, 0, 1, 5).comm("dd", 10, 11);
        ring.writer.begin(128, 100, OpCode.STACK, 0, 1, 5).word(0, 0xffffffff81000000L);
        for (int cell = 3; cell < 6; cell++) {
            ring.writer.begin(cell * 64, 0, 0, 0, 0, 0);
        }
        ring.record(6);
        List<Integer> ops = new ArrayList<>();

        int cells = reader.drain(cell -> ops.add(cell.op()), ALL);

        assertThat(cells).isEqualTo(3);
        assertThat(ops).containsExactly(OpCode.IGRAB, OpCode.COMM, OpCode.STACK);
        assertThat(reader.malformed()).isZero();
    }

    @Test
    void drainStopsAtTheAskedNumberOfCells() {
        RingReader reader = new RingReader(ring.memory());
        for (int seq = 1; seq <= 10; seq++) {
            ring.event(seq, OpCode.IPUT, 0, seq);
        }

        assertThat(reader.drain(sink, 4)).isEqualTo(4);
        assertThat(reader.prepareSleep()).isFalse();
        assertThat(reader.drain(sink, 100)).isEqualTo(6);
        assertThat(seqs).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @Test
    void lengthsThatAreNoWholeCellsAreCountedAndSkipped() {
        RingReader reader = new RingReader(ring.memory());
        for (int length : new int[] {0, 1, 63, 65, 100}) {
            ring.commit(ring.reserve(length), length);
        }
        ring.event(200, OpCode.IPUT, 0, 2);

        assertThat(reader.drain(sink, ALL)).isEqualTo(1);
        assertThat(seqs).containsExactly(2);
        assertThat(reader.malformed()).isEqualTo(5);
    }

    @Test
    void recordOfUnusedCellsIsCounted() {
        RingReader reader = new RingReader(ring.memory());
        ring.event(0, 0, 0, 0);

        assertThat(reader.drain(sink, ALL)).isZero();
        assertThat(reader.malformed()).isEqualTo(1);
    }

    @Test
    void lengthBeyondTheLastRecordIsCountedAndNothingBehindItIsRead() {
        RingReader reader = new RingReader(ring.memory());
        ring.event(100, OpCode.IPUT, 0, 1);
        ring.putHeader(0, RingMemory.LENGTH_MASK);

        assertThat(reader.drain(sink, ALL)).isZero();
        assertThat(reader.malformed()).isEqualTo(1);
        assertThat(ring.consumerPosition()).isEqualTo(RECORD);

        ring.event(200, OpCode.IPUT, 0, 2);
        assertThat(reader.drain(sink, ALL)).isEqualTo(1);
        assertThat(seqs).containsExactly(2);
    }

    @Test
    void readerGoesOnBehindTheRecordAtWhichTheSinkThrew() {
        RingReader reader = new RingReader(ring.memory());
        ring.event(100, OpCode.IPUT, 0, 1);
        ring.event(200, OpCode.IPUT, 0, 2);

        assertThatThrownBy(() -> reader.drain(
                        cell -> {
                            throw new IllegalStateException("sink");
                        },
                        ALL))
                .hasMessage("sink");

        assertThat(ring.consumerPosition()).isEqualTo(RECORD);
        reader.drain(sink, ALL);
        assertThat(seqs).containsExactly(2);
    }

    @Test
    void readerSleepsBeforeARecordWhoseCommitWillWakeIt() {
        RingReader reader = new RingReader(ring.memory());
        long busy = ring.reserve(CellLayout.CELL_SIZE);
        assertThat(reader.prepareSleep()).isTrue();

        ring.commit(busy, CellLayout.CELL_SIZE);
        assertThat(reader.prepareSleep()).isFalse();
    }

    /** The producer does not wake a reader that has not yet given back all before the new record. */
    @Test
    void recordCommittedWhileTheLastOneWasReadForbidsSleep() {
        RingReader reader = new RingReader(ring.memory());
        RingReader careless = RingReader.withoutFence(ring.memory());
        ring.event(100, OpCode.IPUT, 0, 1);

        int cells = reader.drain(cell -> ring.event(200, OpCode.IPUT, 0, 2), ALL);

        assertThat(cells).isEqualTo(1);
        assertThat(reader.prepareSleep()).isFalse();
        assertThat(careless.prepareSleep()).isTrue();
    }

    @Test
    void newReaderGoesOnWhereTheLastOneStopped() {
        ring.event(100, OpCode.IPUT, 0, 1);
        new RingReader(ring.memory()).drain(sink, ALL);
        ring.event(200, OpCode.IPUT, 0, 2);

        new RingReader(ring.memory()).drain(sink, ALL);

        assertThat(seqs).containsExactly(1, 2);
    }

    @Test
    void sizeThatIsNoPowerOfTwoIsRefused() {
        ByteBuffer page = ByteBuffer.allocateDirect(8);
        ByteBuffer data = ByteBuffer.allocateDirect(2 * 3000);

        assertThatThrownBy(() -> new RingMemory(page, page, data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes=3000");
    }

    @Test
    void millionEventsAllocateNothing() {
        TestRing big = new TestRing(1 << 20);
        RingReader reader = new RingReader(big.memory());
        SumSink sum = new SumSink();
        pump(big, reader, sum, 200_000);

        long before = allocatedBytes();
        pump(big, reader, sum, 1_000_000);
        long allocated = allocatedBytes() - before;

        assertThat(sum.cells).isEqualTo(1_200_000);
        assertThat(sum.sum).isEqualTo(200_000L * 199_999 / 2 + 1_000_000L * 999_999 / 2);
        assertThat(allocated).isLessThan(4096);
    }

    private static void pump(TestRing ring, RingReader reader, EventSink sink, int events) {
        for (int written = 0; written < events; ) {
            if (ring.event(written, OpCode.IPUT, 0, written)) {
                written++;
            } else {
                reader.drain(sink, ALL);
            }
        }
        reader.drain(sink, ALL);
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static final class SumSink implements EventSink {
        private long sum;
        private int cells;

        @Override
        public void cell(EventView cell) {
            sum += cell.tsNs();
            cells++;
        }
    }
}
