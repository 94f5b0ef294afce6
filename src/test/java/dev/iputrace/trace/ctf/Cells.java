package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cells for tests, made and collected as eight words. */
final class Cells {
    static final Provenance PROVENANCE = Provenance.of(Map.of("source", "sim", "kernel", "6.1.0-56-amd64"));

    private Cells() {}

    static ByteBuffer buffer(int cells) {
        return ByteBuffer.allocateDirect(cells * CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** An iput of inode 0xff000 + seq. */
    static EventCell iput(long tsNs, int cpu, int seq) {
        return event(OpCode.IPUT, 0, tsNs, cpu, seq);
    }

    static EventCell event(int op, int flags, long tsNs, int cpu, int seq) {
        ByteBuffer buffer = buffer(1);
        new CellWriter(buffer)
                .begin(0, tsNs, op, flags, cpu, seq)
                .inode(0xff000 + seq, 12, 8 << 20 | 1)
                .state(1, 0)
                .task(77, 0xffffffff8e98cc40L);
        return new EventCell(buffer);
    }

    static EventCell word0(int op, int flags, long tsNs, int cpu, int seq, long word) {
        ByteBuffer buffer = buffer(1);
        new CellWriter(buffer).begin(0, tsNs, op, flags, cpu, seq).word(0, word);
        return new EventCell(buffer);
    }

    /** So many of them, a nanosecond apart, on CPU 0. */
    static void recordIputs(Path directory, int count) throws IOException {
        EventCell[] cells = new EventCell[count];
        for (int i = 0; i < count; i++) {
            cells[i] = iput(1000 + i, 0, i);
        }
        record(directory, cells);
    }

    /** One line per cell, all its bytes in it. */
    static String text(EventView cell) {
        StringBuilder text = new StringBuilder();
        text.append(cell.tsNs()).append(' ').append(cell.op()).append(' ').append(cell.flags());
        text.append(" cpu").append(cell.cpu()).append(" seq").append(cell.seq());
        for (int i = 0; i < CellLayout.WORDS_PER_CELL; i++) {
            text.append(' ').append(Long.toHexString(cell.word(i)));
        }
        return text.toString();
    }

    static List<String> texts(EventView... cells) {
        return List.of(cells).stream().map(Cells::text).toList();
    }

    static List<String> drain(EventSource source) {
        List<String> lines = new ArrayList<>();
        EventSink sink = cell -> lines.add(text(cell));
        int count = source.drain(sink);
        while (count != EventSource.END) {
            count = source.drain(sink);
        }
        return lines;
    }

    static List<String> replay(Path directory) throws IOException {
        try (RecordingSource source = new RecordingSource(directory)) {
            return drain(source);
        }
    }

    static void record(Path directory, EventView... cells) throws IOException {
        record(directory, PROVENANCE, cells);
    }

    static void record(Path directory, Provenance provenance, EventView... cells) throws IOException {
        try (Recorder recorder = new Recorder(directory, provenance, RecorderOptions.UNBOUNDED)) {
            for (EventView cell : cells) {
                recorder.cell(cell);
            }
        }
    }
}
