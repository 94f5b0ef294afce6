package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.trace.Progress;
import dev.iputrace.trace.TraceFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Replays a recording: the streams of all CPUs, merged by time. What is damaged is read as far as it goes; the
 * provenance then has {@code damage}, which is complete at the end, and LOSS cells stand where something is missing.
 */
public final class RecordingSource implements EventSource, Progress {
    private static final int CELLS_PER_DRAIN = 16 * 1024;

    private final TraceFiles files;
    private final Damage damage = new Damage();
    private final List<StreamReader> all = new ArrayList<>();
    /** Streams that have more, the one with the oldest cell first; a tie goes to the one opened first. */
    private final List<StreamReader> merging = new ArrayList<>();

    private final ByteBuffer made = ByteBuffer.allocate(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    /** CPUs of which events may be lost from the start: their files should be there. */
    private final List<Integer> missing = new ArrayList<>();

    private boolean begun;
    /** The recording ended before the run did. */
    private boolean stopped;

    /** Throws {@link TraceFormatException} when there is nothing of ours to read. */
    public RecordingSource(Path directory) throws IOException {
        files = TraceFiles.find(directory, damage);
        stopped = files.provenance().get(CtfLayout.STOPPED) != null;
        files.streams().forEach((name, parts) -> {
            StreamReader stream =
                    new StreamReader(packets(name, parts), files.provenance().get("seq"));
            all.add(stream);
            if (stream.begin()) {
                insert(stream);
            }
        });
        files.ending().streams().forEach((name, packets) -> {
            if (packets > 0 && !files.streams().containsKey(name)) {
                damage.add("file=" + name + ": missing: packets=" + packets);
                missing.add(StreamName.cpu(name));
            }
        });
        if (files.doubtful()) {
            missing.add(0);
        }
        if (merging.isEmpty() && !damage.isEmpty()) {
            throw new TraceFormatException("recording: nothing can be read: path=" + directory + ": "
                    + damage.note(files.provenance()).get("damage"));
        }
    }

    private PacketReader packets(String name, List<PacketReader.Part> parts) {
        boolean lasts = files.lasts(name);
        long packets = files.ending().packets(name);
        if (lasts && files.ending().excludes(name)) {
            damage.add("file=" + name + ": not among the streams that the recording had when it ended");
            packets = Ending.UNKNOWN;
        }
        return new PacketReader(parts, lasts, packets, damage);
    }

    private void insert(StreamReader stream) {
        int low = 0;
        int high = merging.size();
        long tsNs = stream.tsNs();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (merging.get(middle).tsNs() <= tsNs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        merging.add(low, stream);
    }

    @Override
    public Provenance provenance() {
        return damage.note(files.provenance());
    }

    @Override
    public int drain(EventSink sink) {
        int count = begun ? 0 : begin(sink);
        while (count < CELLS_PER_DRAIN && !merging.isEmpty()) {
            StreamReader oldest = merging.remove(0);
            long limitNs = merging.isEmpty() ? Long.MAX_VALUE : merging.get(0).tsNs();
            int delivered = oldest.deliver(sink, limitNs, CELLS_PER_DRAIN - count);
            if (delivered < 0) {
                count += ~delivered;
            } else {
                count += delivered;
                insert(oldest);
            }
        }
        return count == 0 ? end(sink) : count;
    }

    /** Loss before the first cell, and that of whole streams. */
    private int begin(EventSink sink) {
        begun = true;
        int count = missing.size();
        for (int cpu : missing) {
            new CellWriter(made)
                    .begin(0, 0, OpCode.LOSS, LossStage.IMPORT.code(), cpu, 0)
                    .word(0, 1)
                    .word(1, LossStage.TO_THE_END);
            sink.cell(new EventCell(made));
        }
        for (StreamReader stream : all) {
            count += stream.tellLoss(sink);
        }
        return count;
    }

    /** Loss that no later cell could carry, then the end. */
    private int end(EventSink sink) {
        int count = 0;
        long lastTsNs = 0;
        for (StreamReader stream : all) {
            count += stream.tellLoss(sink);
            lastTsNs = Math.max(lastTsNs, stream.lastTsNs());
        }
        if (stopped) {
            stopped = false;
            CellWriter writer = new CellWriter(made);
            writer.begin(0, lastTsNs, OpCode.LOSS, LossStage.IMPORT.code(), 0, 0)
                    .word(0, 1)
                    .word(1, 0);
            sink.cell(new EventCell(made));
            count++;
        }
        return count == 0 ? END : count;
    }

    @Override
    public long bytesRead() {
        long bytes = 0;
        for (StreamReader stream : all) {
            bytes += stream.bytesRead();
        }
        return bytes;
    }

    @Override
    public long bytesTotal() {
        return files.bytes();
    }

    @Override
    public void close() {
        for (StreamReader stream : all) {
            stream.close();
        }
    }
}
