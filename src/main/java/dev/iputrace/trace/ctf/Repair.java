package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.event.Provenance;
import dev.iputrace.trace.SoundProvenance;
import dev.iputrace.trace.TraceFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a recording that a power loss left behind readable for every CTF reader again: pages that are no packet go, a
 * cut packet keeps its whole events, lost metadata is written anew. Each file is replaced in one step; the gaps stay
 * visible in {@code packet_seq_num} and {@code seq}.
 */
public final class Repair {
    private final List<String> actions = new ArrayList<>();
    private final ByteBuffer page =
            ByteBuffer.allocateDirect(CtfLayout.PACKET_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer behind = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private @Nullable UUID uuid;
    private int cpu;
    private long lastTsNs;
    /** Where the last cells are kept, when the very last is a mark that the next one is late; else -1. */
    private long lateAt;

    private int lateCells;

    private Repair() {}

    /** What was done, a line each; none when the recording was sound. */
    public static List<String> run(Path directory) throws IOException {
        Damage damage = new Damage();
        TraceFiles files = TraceFiles.find(directory, damage);
        Repair repair = new Repair();
        for (List<PacketReader.Part> parts : files.streams().values()) {
            for (PacketReader.Part part : parts) {
                repair.stream(part);
            }
        }
        for (Path trace : TraceFiles.traces(directory)) {
            repair.provenance(trace);
        }
        return repair.actions;
    }

    private void stream(PacketReader.Part part) throws IOException {
        Path path = part.path();
        Path fresh = path.resolveSibling("." + path.getFileName() + ".repaired");
        long kept = 0;
        boolean changed;
        uuid = part.uuid();
        cpu = part.cpu();
        lastTsNs = 0;
        lateAt = -1;
        try (FileChannel in = FileChannel.open(path);
                FileChannel out = FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            long size = in.size();
            changed = size % CtfLayout.PACKET_SIZE != 0;
            for (long at = 0; at < size; at += CtfLayout.PACKET_SIZE) {
                int length = read(in, page, at);
                boolean followed = read(in, behind, at + length) == 0 || PacketHeader.mayBegin(behind);
                Boolean altered = sound(length, !followed);
                changed |= altered == null || altered;
                if (altered == null) {
                    // The cell that a mark was for may have been here.
                    forgetLate(out);
                } else {
                    noteLate(kept);
                    page.position(0).limit(CtfLayout.PACKET_SIZE);
                    kept += out.write(page);
                }
            }
            changed |= forgetLate(out);
            out.force(true);
            if (changed) {
                actions.add(path + ": kept " + kept + " of " + size + " bytes");
            }
        }
        if (changed && kept > 0) {
            Files.move(fresh, path, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.delete(fresh);
            if (changed) {
                Files.delete(path);
            }
        }
    }

    /** A mark that no cell follows goes. */
    private boolean forgetLate(FileChannel out) throws IOException {
        if (lateAt < 0) {
            return false;
        }
        page.clear().putLong(0, CtfLayout.contentBits(lateCells - 1)).limit(Long.BYTES);
        out.write(page, lateAt + CtfLayout.CONTENT_SIZE);
        lateAt = -1;
        return true;
    }

    private void noteLate(long at) {
        int cells = PacketHeader.cells(page, 0);
        if (cells > 0) {
            lateAt = isLate(CtfLayout.cellOffset(cells - 1)) ? at : -1;
            lateCells = cells;
        }
    }

    /** Fills what is not there with zeros; the limit is where they begin. */
    private static int read(FileChannel in, ByteBuffer into, long at) throws IOException {
        into.clear();
        int got = 0;
        while (into.hasRemaining() && got >= 0) {
            got = in.read(into, at + into.position());
        }
        int length = into.position();
        while (into.hasRemaining()) {
            into.put((byte) 0);
        }
        into.clear().limit(length);
        return length;
    }

    /** Makes the page a sound packet: true when that changed it, null when it is none. */
    private @Nullable Boolean sound(int length, boolean displaced) {
        page.clear();
        if (length < CtfLayout.HEADER_SIZE || PacketHeader.problem(page, 0, uuid, cpu) != null) {
            return null;
        }
        uuid = PacketHeader.uuid(page, 0);
        int promised = PacketHeader.cells(page, 0);
        int whole = believed(promised, length, displaced);
        if (whole > 0 && whole < promised && isLate(CtfLayout.cellOffset(whole - 1))) {
            whole--;
        }
        long first = whole > 0 ? page.getLong(CtfLayout.cellOffset(0)) : lastTsNs;
        lastTsNs = whole > 0 ? page.getLong(CtfLayout.cellOffset(whole - 1)) : lastTsNs;
        boolean altered = whole < promised
                || length < CtfLayout.PACKET_SIZE
                || PacketHeader.hasPartialCell(page, 0)
                || (whole > 0 && !encloses(first, lastTsNs));
        if (altered) {
            page.putLong(CtfLayout.CONTENT_SIZE, CtfLayout.contentBits(whole));
            page.putLong(CtfLayout.TIMESTAMP_BEGIN, first);
            page.putLong(CtfLayout.TIMESTAMP_END, lastTsNs);
        }
        return altered;
    }

    /** How many cells are to be believed, up to the first mark behind a mark. */
    private int believed(int promised, int length, boolean displaced) {
        int cells = PacketCells.whole(promised, length);
        int looked = PacketCells.toLookAt(promised, length);
        boolean lastInDoubt = displaced || PacketCells.isLastInDoubt(promised, length);
        int odd = PacketCells.firstOdd(page, 0, looked, lastTsNs);
        int believed = odd == looked && length == CtfLayout.PACKET_SIZE && !displaced
                ? cells
                : PacketCells.believed(page, 0, cells, odd, looked, lastInDoubt);
        boolean late = lateAt >= 0;
        for (int i = 0; i < believed; i++) {
            boolean second = late && isLate(CtfLayout.cellOffset(i));
            late = isLate(CtfLayout.cellOffset(i));
            believed = second ? i : believed;
        }
        return believed;
    }

    private boolean encloses(long firstTsNs, long endTsNs) {
        return page.getLong(CtfLayout.TIMESTAMP_BEGIN) <= firstTsNs && page.getLong(CtfLayout.TIMESTAMP_END) >= endTsNs;
    }

    private boolean isLate(int offset) {
        return (page.get(offset + CellLayout.OP) & 0xff) == CtfLayout.LATE;
    }

    /** Both copies of the provenance anew, where something was repaired, for that is no longer what was ended. */
    private void provenance(Path trace) throws IOException {
        Path exact = trace.resolve(CtfLayout.PROVENANCE);
        Path path = trace.resolve(CtfLayout.METADATA);
        Damage damage = new Damage();
        String text = Files.isRegularFile(exact) ? readText(exact) : null;
        Metadata metadata = null;
        try {
            metadata = Files.isRegularFile(path) ? Metadata.parse(readText(path)) : null;
        } catch (TraceFormatException e) {
            actions.add(path + ": " + e.getMessage());
        }
        ProvenanceCopies copies = ProvenanceCopies.of(text, metadata == null ? null : metadata.provenance(), damage);
        if (!damage.isEmpty()) {
            actions.add(exact + ": not the same as in the metadata, or cut");
        }
        UUID found = metadata != null ? metadata.uuid() : uuidOf(trace);
        if (found == null || (actions.isEmpty() && metadata != null)) {
            return;
        }
        Map<String, String> entries = new LinkedHashMap<>(copies.provenance().entries());
        entries.remove(CtfLayout.ENDED);
        Provenance kept = SoundProvenance.of(Provenance.of(entries));
        if (text != null) {
            Files.writeString(exact, kept.toText());
        }
        Files.writeString(path, MetadataWriter.text(found, kept));
        if (metadata == null) {
            actions.add(path + ": written anew");
        }
    }

    /** Bytes that are no text are no error here: they are what damage is. */
    private static String readText(Path path) throws IOException {
        return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    }

    /** The uuid in the first packet of any stream. */
    private @Nullable UUID uuidOf(Path trace) throws IOException {
        List<Path> streams;
        try (Stream<Path> entries = Files.list(trace)) {
            streams = entries.filter(entry -> entry.getFileName().toString().startsWith("cpu"))
                    .toList();
        }
        for (Path stream : streams) {
            try (FileChannel in = FileChannel.open(stream)) {
                int cpuOf = StreamName.cpu(stream.getFileName().toString());
                boolean sound = read(in, page, 0) >= CtfLayout.HEADER_SIZE;
                page.clear();
                if (sound && PacketHeader.problem(page, 0, null, cpuOf) == null) {
                    return PacketHeader.uuid(page, 0);
                }
            }
        }
        return null;
    }
}
