package dev.iputrace.trace.ctf;

import dev.iputrace.event.Provenance;
import dev.iputrace.trace.SoundProvenance;
import dev.iputrace.trace.TraceFormatException;
import dev.iputrace.trace.ctf.PacketReader.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is in a recording's directory: by stream file name its parts in order, how it was captured, how it ended.
 *
 * @param doubtful what it says of how it was captured is not to be relied on
 */
record TraceFiles(
        Map<String, List<Part>> streams,
        Path lastTrace,
        Provenance provenance,
        boolean doubtful,
        Ending ending,
        long bytes) {
    private static final int TEXT_BYTES_MAX = 4 << 20;

    private static boolean isTrace(Path directory) {
        return Files.isRegularFile(directory.resolve(CtfLayout.METADATA))
                || Files.isRegularFile(directory.resolve(CtfLayout.PROVENANCE));
    }

    /** Throws {@link TraceFormatException} when nothing there is a recording of ours. */
    static TraceFiles find(Path directory, Damage damage) throws IOException {
        List<Path> traces = traces(directory);
        if (traces.isEmpty()) {
            throw new TraceFormatException("not a recording: no metadata in it: path=" + directory);
        }
        Map<String, List<Part>> streams = new LinkedHashMap<>();
        Provenance provenance = Provenance.of(Map.of());
        boolean doubtful = false;
        long bytes = 0;
        for (Path trace : traces) {
            List<Path> files = streams(trace, damage);
            Metadata metadata = metadata(trace, files.isEmpty(), damage);
            String exact = text(trace.resolve(CtfLayout.PROVENANCE));
            ProvenanceCopies copies =
                    ProvenanceCopies.of(exact, metadata == null ? null : metadata.provenance(), damage);
            Provenance told = copies.provenance();
            provenance = told.entries().isEmpty() ? provenance : checked(told, damage);
            doubtful |= copies.doubtful();
            for (Path file : files) {
                Part part = new Part(file, metadata == null ? null : metadata.uuid());
                streams.computeIfAbsent(file.getFileName().toString(), key -> new ArrayList<>())
                        .add(part);
                bytes += Files.size(file);
            }
        }
        Ending ending = Ending.of(provenance.get(CtfLayout.ENDED), damage);
        Path last = traces.get(traces.size() - 1);
        return new TraceFiles(streams, last, ending.note(provenance), doubtful, ending, bytes);
    }

    /** Whether the stream has a file in the last part, which is the one that was ended. */
    boolean lasts(String stream) {
        List<Part> parts = streams.getOrDefault(stream, List.of());
        return !parts.isEmpty() && parts.get(parts.size() - 1).path().startsWith(lastTrace);
    }

    private static List<Path> streams(Path trace, Damage damage) throws IOException {
        List<Path> streams = new ArrayList<>();
        for (Path entry : list(trace)) {
            String name = entry.getFileName().toString();
            if (!name.startsWith(".") && !name.equals(CtfLayout.METADATA) && Files.isRegularFile(entry)) {
                if (StreamName.cpu(name) >= 0) {
                    streams.add(entry);
                } else {
                    damage.add("file=" + name + ": no stream of a recording");
                }
            }
        }
        return streams;
    }

    /** The directory itself, or its parts in order. */
    static List<Path> traces(Path directory) throws IOException {
        if (isTrace(directory)) {
            return List.of(directory);
        }
        List<Path> parts = new ArrayList<>();
        for (Path entry : list(directory)) {
            if (entry.getFileName().toString().startsWith(CtfLayout.PART_PREFIX) && Files.isDirectory(entry)) {
                parts.add(entry);
            }
        }
        return parts;
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    /** Null when it cannot be read; a recorder that was killed when it began a part has not written it. */
    private static @Nullable Metadata metadata(Path trace, boolean justBegun, Damage damage) throws IOException {
        String text = text(trace.resolve(CtfLayout.METADATA));
        if (text == null) {
            if (!justBegun) {
                damage.add("file=metadata: missing or too large");
            }
            return null;
        }
        try {
            return Metadata.parse(text);
        } catch (TraceFormatException e) {
            String exact = text(trace.resolve(CtfLayout.PROVENANCE));
            boolean known = exact != null && !Provenance.parse(exact).entries().isEmpty();
            if (!known && !text.contains("iputrace")) {
                throw new TraceFormatException("not a recording of iputrace: path=" + trace, e);
            }
            damage.add(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static Provenance checked(Provenance provenance, Damage damage) {
        Provenance sound = SoundProvenance.of(provenance);
        String bad = sound.get(SoundProvenance.BAD);
        if (bad != null) {
            damage.add(bad);
        }
        Map<String, String> entries = new LinkedHashMap<>(sound.entries());
        String stopped = entries.get(CtfLayout.STOPPED);
        if (stopped != null) {
            entries.put("incomplete." + CtfLayout.STOPPED, "the recording ended before the run: " + stopped);
        }
        return Provenance.of(entries);
    }

    private static @Nullable String text(Path path) throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) > TEXT_BYTES_MAX) {
            return null;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return new String(in.readNBytes(TEXT_BYTES_MAX), StandardCharsets.UTF_8);
        }
    }
}
