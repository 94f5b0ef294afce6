package dev.iputrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.OpCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MergedRingsTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final long HELD_NS_MAX = 60_000_000_000L;

    private final TestRing events = new TestRing(1 << 16);
    private final TestRing rare = new TestRing(1 << 16);
    private final MergedRings rings = merged(1024, HELD_NS_MAX);
    private final List<String> stream = new ArrayList<>();
    private final EventSink sink = cell -> {
        if (cell.op() < OpCode.FIRST_COMPANION) {
            stream.add(cell.cpu() + ":" + cell.seq());
        }
    };

    private MergedRings merged(int queueRecords, long heldNsMax) {
        return new MergedRings(new RingReader(events.memory()), new RingReader(rare.memory()), queueRecords, heldNsMax);
    }

    private void event(long tsNs, int cpu, int seq) {
        assertThat(events.event(tsNs, OpCode.IPUT, cpu, seq)).isTrue();
    }

    @Test
    void rareRecordTakesItsPlaceBySeqOnItsCpu() {
        event(100, 0, 0);
        event(200, 0, 1);
        event(400, 0, 3);
        rare.rare(300, 0, 2);

        int cells = rings.drain(sink, ALL);

        assertThat(stream).containsExactly("0:0", "0:1", "0:2", "0:3");
        assertThat(cells).isEqualTo(3 + 3);
    }

    @Test
    void rareRecordTakesItsPlaceByTimeBetweenCpus() {
        event(100, 0, 0);
        event(200, 1, 0);
        event(400, 1, 1);
        event(500, 1, 2);
        rare.rare(300, 0, 1);

        rings.drain(sink, ALL);

        assertThat(stream).containsExactly("0:0", "1:0", "0:1", "1:1", "1:2");
    }

    @Test
    void seqOutweighsTheTimeOfEntryOnOneCpu() {
        event(100, 0, 0);
        event(300, 0, 1);
        rare.rare(200, 0, 2);

        rings.drain(sink, ALL);

        assertThat(stream).containsExactly("0:0", "0:1", "0:2");
    }

    @Test
    void youngerEventOfAnotherCpuDoesNotPullARareRecordAheadOfItsOwnCpu() {
        event(100, 0, 0);
        event(400, 1, 0);
        event(200, 0, 1);
        rare.rare(300, 0, 2);

        rings.drain(sink, ALL);

        assertThat(stream).containsExactly("0:0", "1:0", "0:1", "0:2");
    }

    @Test
    void rareRecordAloneIsDeliveredAtOnce() {
        rare.rare(300, 0, 0);

        assertThat(rings.drain(sink, ALL)).isEqualTo(3);
        assertThat(stream).containsExactly("0:0");
        assertThat(rings.prepareSleep()).isTrue();
    }

    @Test
    void lossBeforeARareRecordDoesNotKeepItBack() {
        event(100, 0, 0);
        rare.rare(300, 0, 7);
        event(100, 1, 0);

        rings.drain(sink, ALL);
        rings.drain(sink, ALL);

        assertThat(stream).containsExactly("0:0", "1:0", "0:7");
    }

    @Test
    void companionsStayBehindTheirEvent() {
        event(100, 0, 0);
        rare.rare(200, 0, 1);
        rare.rare(300, 0, 2);
        event(400, 0, 3);
        List<Integer> ops = new ArrayList<>();

        rings.drain(cell -> ops.add(cell.op()), ALL);

        assertThat(ops)
                .containsExactly(
                        OpCode.IPUT,
                        OpCode.IGRAB,
                        OpCode.COMM,
                        OpCode.STACK,
                        OpCode.IGRAB,
                        OpCode.COMM,
                        OpCode.STACK,
                        OpCode.IPUT);
    }

    @Test
    void urgentSinkIsToldBeforeTheBacklogOfEvents() {
        List<String> order = new ArrayList<>();
        rings.onRare(cell -> order.add("urgent " + cell.op()));
        event(100, 0, 0);
        rare.rare(200, 0, 1);

        rings.drain(cell -> order.add("stream " + cell.op()), ALL);

        assertThat(order)
                .containsExactly(
                        "urgent " + OpCode.IGRAB,
                        "urgent " + OpCode.COMM,
                        "urgent " + OpCode.STACK,
                        "stream " + OpCode.IPUT,
                        "stream " + OpCode.IGRAB,
                        "stream " + OpCode.COMM,
                        "stream " + OpCode.STACK);
    }

    @Test
    void burstBeyondTheQueueIsDeliveredInOrderAndCounted() {
        MergedRings small = merged(4, HELD_NS_MAX);
        for (int seq = 1; seq <= 100; seq++) {
            assertThat(rare.rare(seq, 0, seq)).isTrue();
        }
        event(0, 0, 0);
        List<Integer> rareSeqs = new ArrayList<>();
        int[] urgentCells = {0};
        small.onRare(cell -> urgentCells[0]++);

        int cells = small.drain(
                cell -> {
                    if (cell.op() == OpCode.IGRAB) {
                        rareSeqs.add(cell.seq());
                    }
                },
                ALL);

        assertThat(cells).isEqualTo(1 + 300);
        assertThat(urgentCells[0]).isEqualTo(300);
        assertThat(rareSeqs).hasSize(100).isSorted();
        assertThat(small.forced()).isEqualTo(96);
        assertThat(rare.consumerPosition()).isEqualTo(rare.producerPosition());
    }

    @Test
    void floodOfEventsDelaysARareRecordOnlyByWhatWasThereBeforeIt() {
        for (int seq = 0; seq < 200; seq++) {
            event(1000, 0, seq);
        }
        rare.rare(2000, 1, 55);

        int drains = 0;
        for (int seq = 200; !stream.contains("1:55"); seq += 40) {
            rings.drain(sink, 50);
            for (int i = 0; i < 40; i++) {
                event(1000, 0, seq + i);
            }
            drains++;
        }

        assertThat(drains).isLessThanOrEqualTo(5);
        assertThat(stream).hasSize(201);
    }

    @Test
    void rareRecordThatIsNeverWrittenHoldsTheEventsNotForEver() {
        MergedRings impatient = merged(1024, 1_000_000);
        rare.reserve(CellLayout.CELL_SIZE);
        event(300, 1, 1);

        long start = System.nanoTime();
        assertThat(impatient.drain(sink, ALL)).isZero();
        while (stream.isEmpty()) {
            impatient.drain(sink, ALL);
        }

        assertThat(stream).containsExactly("1:1");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000);
    }

    @Test
    void committedInTimeTheHeldEventsComeInOrder() {
        long busy = rare.reserve(CellLayout.CELL_SIZE);
        rare.rare(200, 1, 0);
        event(300, 1, 1);
        rings.drain(sink, ALL);

        rare.writer.begin(0, 100, OpCode.IGRAB, 0, 0, 0);
        rare.fill(busy, CellLayout.CELL_SIZE);
        rare.commit(busy, CellLayout.CELL_SIZE);
        rings.drain(sink, ALL);

        assertThat(stream).containsExactly("0:0", "1:0", "1:1");
    }

    @Test
    void recordKeptBackForbidsSleep() {
        long busy = events.reserve(CellLayout.CELL_SIZE);
        rare.rare(200, 0, 1);
        rings.drain(sink, ALL);

        assertThat(stream).isEmpty();
        assertThat(rings.prepareSleep()).isFalse();

        events.writer.begin(0, 100, OpCode.IPUT, 0, 0, 0);
        events.fill(busy, CellLayout.CELL_SIZE);
        events.commit(busy, CellLayout.CELL_SIZE);
        rings.drain(sink, ALL);

        assertThat(stream).containsExactly("0:0", "0:1");
        assertThat(rings.prepareSleep()).isTrue();
    }
}
