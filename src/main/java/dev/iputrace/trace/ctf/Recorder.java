package dev.iputrace.trace.ctf;

import dev.iputrace.event.EventRun;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records every cell it is given. A failed write, a full disk above all, ends the recording and not the run: from then
 * on cells are only counted, {@link #problem} says why, and what was written stays readable.
 *
 * <p>Cells are on disk at the latest {@code COMMIT_NS} of stream time after they came. Used by one thread.
 */
public final class Recorder implements EventSink, AutoCloseable {
    private static final long COMMIT_NS = 250_000_000;

    private static final int SIZE_CHECK_MASK = 0x3ff;
    private static final long SIZE_SLACK = 2 * SIZE_CHECK_MASK * 64L;

    private final Path directory;
    private final RecorderOptions options;
    private final SeqLossTable losses;
    private final Deque<Path> parts = new ArrayDeque<>();
    private Provenance provenance;
    private @Nullable TraceWriter trace;
    private @Nullable String problem;
    private int partsBegun;
    private long newestTsNs;
    private long nextCommitTsNs = Long.MIN_VALUE;
    private long recorded;
    private long skipped;

    /** Fails, with a message for people, when the directory is in use or cannot be written. */
    public Recorder(Path directory, Provenance provenance, RecorderOptions options) throws IOException {
        this.directory = directory;
        this.provenance = provenance;
        this.options = options;
        this.losses = new SeqLossTable(provenance.get("seq"));
        refuseUsed(directory);
        beginPart();
    }

    private static void refuseUsed(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        if (!Files.isDirectory(directory)) {
            throw new IOException("record: not a directory: path=" + directory);
        }
        try (Stream<Path> files = Files.list(directory)) {
            if (files.findAny().isPresent()) {
                throw new IOException("record: directory is not empty: path=" + directory);
            }
        }
    }

    private TraceWriter beginPart() throws IOException {
        partsBegun++;
        Path path = directory;
        if (options.parts() > 1) {
            path = directory.resolve("%s%06d".formatted(CtfLayout.PART_PREFIX, partsBegun));
            parts.add(path);
        }
        TraceWriter begun = new TraceWriter(path, newUuid(), partProvenance(), losses);
        trace = begun;
        return begun;
    }

    private Provenance partProvenance() {
        return options.parts() > 1 ? provenance.with("part", Integer.toString(partsBegun)) : provenance;
    }

    /** A simulated run is the same for the same seed, its recording too. */
    private UUID newUuid() {
        if (!provenance.source().equals("sim")) {
            return UUID.randomUUID();
        }
        return UUID.nameUUIDFromBytes((partsBegun + "\n" + provenance.toText()).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void cell(EventView cell) {
        TraceWriter writer = trace;
        if (writer == null || !CtfLayout.isKnown(cell.op())) {
            skipped++;
            return;
        }
        try {
            if (writer.cell(cell, cell.cpu())) {
                recorded++;
            } else {
                skipped++;
            }
            took(writer, cell.tsNs());
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void cells(EventRun run) {
        int at = 0;
        while (at < run.size()) {
            int taken = ordinary(run, at);
            if (taken == 0) {
                cell(run.at(at));
                taken = 1;
            }
            at += taken;
        }
    }

    /** Takes cells of a run that need only be copied, from {@code first} on; returns their number. */
    private int ordinary(EventRun run, int first) {
        TraceWriter writer = trace;
        int taken = 0;
        try {
            if (writer != null && CtfLayout.isKnown(run.at(first).op())) {
                int untilCheck = SIZE_CHECK_MASK + 1 - (int) (recorded & SIZE_CHECK_MASK);
                taken = writer.cells(run, first, Math.min(run.size() - first, untilCheck));
                if (taken > 0) {
                    recorded += taken;
                    took(writer, run.at(first + taken - 1).tsNs());
                }
            }
        } catch (IOException e) {
            fail(e);
        }
        return taken;
    }

    private void took(TraceWriter writer, long tsNs) throws IOException {
        if (tsNs >= nextCommitTsNs) {
            newestTsNs = Math.max(newestTsNs, tsNs);
            nextCommitTsNs = newestTsNs > Long.MAX_VALUE - COMMIT_NS ? Long.MAX_VALUE : newestTsNs + COMMIT_NS;
            writer.commit(options.sync());
        }
        if ((recorded & SIZE_CHECK_MASK) == 0) {
            checkSize(writer);
        }
    }

    private void checkSize(TraceWriter full) throws IOException {
        if (full.bytes() + SIZE_SLACK < options.partBytesMax()) {
            return;
        }
        if (options.parts() == 1) {
            end("size limit reached: bytes=" + options.bytesMax(), full);
            return;
        }
        full.close();
        while (parts.size() >= options.parts()) {
            delete(parts.remove());
        }
        beginPart();
    }

    /** Call when no cell came for a while, so that the last ones do not wait for the next. */
    public void idle() {
        TraceWriter writer = trace;
        if (writer != null) {
            try {
                writer.commit(options.sync());
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    /** What is known of the capture now: a later attach, the result of the self-check, missing probes. */
    public void describe(Provenance refined) {
        provenance = refined;
        TraceWriter writer = trace;
        if (writer != null) {
            try {
                writer.describe(partProvenance());
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    private void fail(IOException cause) {
        TraceWriter failed = trace;
        if (failed != null) {
            trace = null;
            problem = "recording stopped: path=" + directory + ", events=" + recorded + ": " + reason(cause);
            failed.abandon(partProvenance().with(CtfLayout.STOPPED, reason(cause)));
        }
    }

    private void end(String reason, TraceWriter full) throws IOException {
        trace = null;
        problem = "recording stopped: path=" + directory + ", events=" + recorded + ": " + reason;
        full.close();
        full.describe(ended(full).with(CtfLayout.STOPPED, reason));
    }

    private Provenance ended(TraceWriter closed) {
        return partProvenance().with(CtfLayout.ENDED, closed.inventory());
    }

    private static String reason(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }

    private static void delete(Path part) throws IOException {
        List<Path> doomed;
        try (Stream<Path> files = Files.walk(part)) {
            doomed = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : doomed) {
            Files.delete(path);
        }
    }

    /** Why the recording ended before the run, or null. */
    public @Nullable String problem() {
        return problem;
    }

    /** Cells that were taken, those in deleted parts included. */
    public long recorded() {
        return recorded;
    }

    /** Cells that were not: after the end, of an op of another version, or of a CPU beyond the file limit. */
    public long skipped() {
        return skipped;
    }

    @Override
    public void close() {
        TraceWriter writer = trace;
        if (writer != null) {
            try {
                writer.runEnded();
                writer.close();
                writer.describe(ended(writer));
                trace = null;
            } catch (IOException e) {
                fail(e);
            }
        }
    }
}
