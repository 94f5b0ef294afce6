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
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is in a recording's directory: by stream file name its parts in order, how it was captured, how it ended. */
record TraceFiles(Map<String, List<Part>> streams, Provenance provenance, Ending ending, long bytes) {
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
        long bytes = 0;
        for (Path trace : traces) {
            Metadata metadata = metadata(trace, damage);
            provenance = metadata.provenance();
            for (Path entry : list(trace)) {
                String name = entry.getFileName().toString();
                if (!name.startsWith(".") && !name.equals(CtfLayout.METADATA) && Files.isRegularFile(entry)) {
                    streams.computeIfAbsent(name, key -> new ArrayList<>()).add(new Part(entry, metadata.uuid()));
                    bytes += Files.size(entry);
                }
            }
        }
        Ending ending = Ending.of(provenance.get(CtfLayout.ENDED));
        return new TraceFiles(streams, ending.note(provenance), ending, bytes);
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

    private static Metadata metadata(Path trace, Damage damage) throws IOException {
        Metadata metadata = new Metadata(null, Provenance.of(Map.of()));
        String text = text(trace.resolve(CtfLayout.METADATA));
        String exactText = text(trace.resolve(CtfLayout.PROVENANCE));
        // Zeros after a power loss are no entries.
        Provenance exact = Provenance.parse(exactText == null ? "" : exactText);
        if (text == null) {
            damage.add("file=metadata: missing or too large");
        } else {
            try {
                metadata = Metadata.parse(text);
            } catch (TraceFormatException e) {
                if (exact.entries().isEmpty() && !text.contains("iputrace")) {
                    throw new TraceFormatException("not a recording of iputrace: path=" + trace, e);
                }
                damage.add(String.valueOf(e.getMessage()));
            }
        }
        UUID uuid = metadata.uuid();
        return new Metadata(uuid, checked(exact.entries().isEmpty() ? metadata.provenance() : exact, damage));
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
