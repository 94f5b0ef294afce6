package dev.iputrace.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellRun;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadAheadTest {
    /** Cells numbered from 0, singly and in runs of random length; then what {@code atEnd} does, then END. */
    private static final class Numbers implements EventSource {
        private static final int RUN_MAX = 9000;

        private final ByteBuffer cells =
                ByteBuffer.allocateDirect(RUN_MAX * CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        private final CellRun run = new CellRun(cells);
        private final CellWriter writer = new CellWriter(cells);
        private final Random random = new Random(7);
        private final int size;
        private final IntConsumer atEnd;
        private int next;
        volatile boolean closed;

        Numbers(int size, IntConsumer atEnd) {
            this.size = size;
            this.atEnd = atEnd;
        }

        @Override
        public Provenance provenance() {
            return Provenance.of(Map.of("read", String.valueOf(next)));
        }

        @Override
        public int drain(EventSink sink) {
            if (next == size) {
                atEnd.accept(next);
                return END;
            }
            int count = Math.min(size - next, random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(RUN_MAX));
            for (int i = 0; i < count; i++) {
                writer.begin(i * CellLayout.CELL_SIZE, next, OpCode.IPUT, 1, i % 3, next)
                        .inode(next * 64L, 12, 8)
                        .task(5, next);
                next++;
            }
            if (count == 1) {
                sink.cell(run.set(0, 1).at(0));
            } else if (count > 0) {
                sink.cells(run.set(0, count));
            }
            return count;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static long sum(EventView cell) {
        return cell.tsNs() + 3 * cell.head() + 5 * cell.word(0) + 7 * cell.word(3);
    }

    @Test
    void theSameCellsComeInTheSameOrder() {
        List<Long> wanted = new ArrayList<>();
        Numbers plain = new Numbers(200_000, end -> {});
        while (plain.drain(cell -> wanted.add(sum(cell))) != EventSource.END) {}
        List<Long> seen = new ArrayList<>();
        Numbers trace = new Numbers(200_000, end -> {});

        try (ReadAhead ahead = new ReadAhead(trace)) {
            while (ahead.drain(cell -> seen.add(sum(cell))) != EventSource.END) {}
            assertThat(ahead.drain(cell -> seen.add(0L))).isEqualTo(EventSource.END);
            assertThat(ahead.provenance().get("read")).isEqualTo("200000");
        }

        assertThat(seen).isEqualTo(wanted);
        assertThat(trace.closed).isTrue();
    }

    @Test
    void whatWasReadBeforeAFailureIsSeenBeforeIt() {
        int[] seen = new int[1];
        Numbers trace = new Numbers(10_001, end -> {
            throw new IllegalStateException("torn at " + end);
        });

        try (ReadAhead ahead = new ReadAhead(trace)) {
            assertThatThrownBy(() -> {
                        while (ahead.drain(cell -> seen[0]++) != EventSource.END) {}
                    })
                    .hasMessage("torn at 10001");
            assertThat(seen[0]).isEqualTo(10_001);
            assertThat(ahead.drain(cell -> seen[0]++)).isEqualTo(EventSource.END);
        }
    }

    @Test
    void anErrorWhileReadingEndsTheTraceAsAnErrorToo() {
        Numbers trace = new Numbers(100, end -> {
            throw new StackOverflowError("at " + end);
        });

        try (ReadAhead ahead = new ReadAhead(trace)) {
            assertThatThrownBy(() -> {
                        while (ahead.drain(cell -> {}) != EventSource.END) {}
                    })
                    .isInstanceOf(StackOverflowError.class)
                    .hasMessage("at 100");
        }
    }

    /** Nothing there means that a finding is shown as far as it has come. */
    @Test
    void nothingIsThereOnlyWhenTheTraceSaysSo() {
        EventSource slow = new Slow(3 * 4096);
        try (ReadAhead ahead = new ReadAhead(slow)) {
            while (ahead.drain(cell -> {}) == 0) {}
            int more = ahead.drain(cell -> {});

            assertThat(more).isEqualTo(4096);
        }
    }

    /** A reader that takes a while for each 4096 cells. */
    private static final class Slow implements EventSource {
        private final CellWriter writer;
        private final CellRun run;
        private int left;

        Slow(int cells) {
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(4096 * CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
            writer = new CellWriter(buffer);
            writer.begin(0, 1, OpCode.IPUT, 1, 0, 0);
            run = new CellRun(buffer).set(0, 4096);
            left = cells;
        }

        @Override
        public Provenance provenance() {
            return Provenance.of(Map.of());
        }

        @Override
        public int drain(EventSink sink) {
            if (left == 0) {
                return END;
            }
            left -= 4096;
            sink.cells(run);
            LockSupport.parkNanos(100_000_000);
            return 4096;
        }

        @Override
        public void close() {}
    }

    @Test
    void whoWantsNoMoreDoesNotWaitForTheRest() {
        Numbers trace = new Numbers(Integer.MAX_VALUE, end -> {});

        ReadAhead ahead = new ReadAhead(trace);
        while (ahead.drain(cell -> {}) == 0) {}
        ahead.close();

        assertThat(trace.closed).isTrue();
        assertThat(trace.next).isLessThan(1_000_000);
    }

    @Test
    void aMillionCellsAllocateNothingWhereTheyAreChecked() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (ReadAhead ahead = new ReadAhead(new Numbers(1_200_000, end -> {}))) {
            long[] sum = new long[1];
            EventSink sink = cell -> sum[0] += cell.tsNs();
            for (int cells = 0; cells < 200_000; cells += ahead.drain(sink)) {}
            long before = threads.getCurrentThreadAllocatedBytes();
            while (ahead.drain(sink) != EventSource.END) {}

            assertThat(sum[0]).isEqualTo(1_199_999L * 600_000);
            // A few nodes of the lock where it has to wait; one object per cell would be 16 MB.
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(200_000);
        }
    }
}
