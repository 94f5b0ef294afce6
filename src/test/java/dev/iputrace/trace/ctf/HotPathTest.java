package dev.iputrace.trace.ctf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.OpCode;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The licence of StreamWriter, StreamReader and SeqLoss to be ugly: they allocate nothing per event. */
class HotPathTest {
    private static final int BATCH = 4096;
    private static final int EVENTS = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void recordingAndReplayAllocateNothingPerEvent() throws Exception {
        Path recording = folder.resolve("r");
        ByteBuffer cells = Cells.buffer(BATCH);
        long recordBytes;
        try (Recorder recorder = new Recorder(recording, Cells.PROVENANCE, RecorderOptions.UNBOUNDED)) {
            record(recorder, cells, 0);
            long before = allocated();
            record(recorder, cells, EVENTS);
            recordBytes = allocated() - before;
        }

        long replayBytes;
        try (RecordingSource source = new RecordingSource(recording)) {
            long[] sum = new long[2];
            EventSink sink = cell -> {
                sum[0]++;
                sum[1] += cell.inode();
            };
            source.drain(sink);
            long before = allocated();
            while (source.drain(sink) != EventSource.END) {}
            replayBytes = allocated() - before;
            assertThat(sum[0]).isEqualTo(2L * EVENTS);
        }

        // Less than a byte an event: until it is compiled, what is done per packet allocates a little.
        assertThat(recordBytes).as("2^20 events recorded").isLessThan(EVENTS);
        assertThat(replayBytes).as("2^21 events replayed").isLessThan(2L * EVENTS);
    }

    private static void record(EventSink recorder, ByteBuffer cells, int first) {
        EventCell view = new EventCell(cells);
        CellWriter writer = new CellWriter(cells);
        for (int i = 0; i < EVENTS; i += BATCH) {
            for (int k = 0; k < BATCH; k++) {
                int number = first + i + k;
                writer.begin(k * CellLayout.CELL_SIZE, 100L * number, OpCode.IPUT, 0, number & 3, number >> 2);
            }
            for (int k = 0; k < BATCH; k++) {
                recorder.cell(view.at(k * CellLayout.CELL_SIZE));
            }
        }
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
