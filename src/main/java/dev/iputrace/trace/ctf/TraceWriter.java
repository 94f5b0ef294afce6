package dev.iputrace.trace.ctf;

import dev.iputrace.event.EventRun;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Provenance;
import dev.iputrace.trace.SeqLoss;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One trace directory: metadata, provenance, and a stream file per CPU, made when its first cell comes. */
final class TraceWriter implements AutoCloseable {
    /** Room that is given back when the disk is full, so that the end can still be written down. */
    private static final String RESERVE = ".reserve";

    private static final int RESERVE_BYTES = 64 * 1024;
    static final int STREAMS_MAX = 1024;

    private final Path directory;
    private final UUID uuid;
    private final SeqLossTable losses;
    private @Nullable StreamWriter[] streams = new @Nullable StreamWriter[16];
    private int streamCount;

    TraceWriter(Path directory, UUID uuid, Provenance provenance, SeqLossTable losses) throws IOException {
        this.directory = directory;
        this.uuid = uuid;
        this.losses = losses;
        Files.createDirectories(directory);
        Files.write(directory.resolve(RESERVE), new byte[RESERVE_BYTES]);
        describe(provenance);
    }

    /** Writes metadata and provenance anew, each in one step. */
    void describe(Provenance provenance) throws IOException {
        replace(CtfLayout.PROVENANCE, provenance.toText());
        replace(CtfLayout.METADATA, MetadataWriter.text(uuid, provenance));
    }

    private void replace(String name, String text) throws IOException {
        Path fresh = directory.resolve("." + name + ".new");
        Files.write(fresh, text.getBytes(StandardCharsets.UTF_8));
        try {
            Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(fresh, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** False when there are too many CPUs to give this one a file. */
    boolean cell(EventView cell, int cpu) throws IOException {
        StreamWriter stream = stream(cpu);
        if (stream == null) {
            return false;
        }
        stream.cell(cell);
        return true;
    }

    /** As {@link StreamWriter#cells}; 0 also when there are too many CPUs. */
    int cells(EventRun run, int first, int count) throws IOException {
        StreamWriter stream = stream(run.at(first).cpu());
        return stream == null ? 0 : stream.cells(run, first, count);
    }

    private @Nullable StreamWriter stream(int cpu) throws IOException {
        StreamWriter stream = cpu < streams.length ? streams[cpu] : null;
        return stream != null ? stream : newStream(cpu);
    }

    private @Nullable StreamWriter newStream(int cpu) throws IOException {
        if (streamCount == STREAMS_MAX) {
            return null;
        }
        if (cpu >= streams.length) {
            streams = Arrays.copyOf(streams, Math.max(cpu + 1, 2 * streams.length));
        }
        SeqLoss loss = losses.of(cpu);
        Path path = directory.resolve(StreamName.of(cpu));
        StreamWriter stream = new StreamWriter(path, uuid, cpu, loss, losses.lastTsNs(cpu));
        streams[cpu] = stream;
        streamCount++;
        return stream;
    }

    void commit(boolean sync) throws IOException {
        for (StreamWriter stream : streams) {
            if (stream != null) {
                stream.commit();
                if (sync) {
                    stream.sync();
                }
            }
        }
    }

    long bytes() {
        long bytes = 0;
        for (StreamWriter stream : streams) {
            bytes += stream == null ? 0 : stream.bytes();
        }
        return bytes;
    }

    /** The stream files and their packets, as {@link CtfLayout#ENDED} has them. */
    String inventory() {
        StringBuilder text = new StringBuilder();
        for (int cpu = 0; cpu < streams.length; cpu++) {
            StreamWriter stream = streams[cpu];
            if (stream != null) {
                text.append(text.length() == 0 ? "" : " ")
                        .append(StreamName.of(cpu))
                        .append(':')
                        .append(stream.packets());
            }
        }
        return text.toString();
    }

    /**
     * After a failed write: keeps what is whole, and makes room to say that it is not all. A second failure is not
     * told again: a torn packet is what repair is for, and the metadata of the start is still there.
     */
    @SuppressWarnings("EmptyCatch")
    void abandon(Provenance provenance) {
        for (StreamWriter stream : streams) {
            try {
                if (stream != null) {
                    stream.abandon();
                }
            } catch (IOException e) {
            }
        }
        try {
            Files.deleteIfExists(directory.resolve(RESERVE));
            describe(provenance);
        } catch (IOException e) {
        }
    }

    /** Before {@link #close}, when the run is over and not only this part of the recording. */
    void runEnded() {
        for (StreamWriter stream : streams) {
            if (stream != null) {
                stream.runEnded();
            }
        }
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        for (int cpu = 0; cpu < streams.length; cpu++) {
            StreamWriter stream = streams[cpu];
            try {
                if (stream != null) {
                    losses.ended(cpu, stream.lastTsNs());
                    stream.close();
                }
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        Files.deleteIfExists(directory.resolve(RESERVE));
        if (first != null) {
            throw first;
        }
    }
}
