package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.event.Provenance;
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
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
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
    private @Nullable UUID uuid;
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
            repair.metadata(trace);
        }
        return repair.actions;
    }

    private void stream(PacketReader.Part part) throws IOException {
        Path path = part.path();
        Path fresh = path.resolveSibling("." + path.getFileName() + ".repaired");
        long kept = 0;
        boolean changed;
        uuid = part.uuid();
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
                int length = read(in, at);
                Boolean altered = sound(length);
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

    private int read(FileChannel in, long at) throws IOException {
        page.clear();
        int got = 0;
        while (page.hasRemaining() && got >= 0) {
            got = in.read(page, at + page.position());
        }
        int length = page.position();
        while (page.hasRemaining()) {
            page.put((byte) 0);
        }
        page.clear();
        return length;
    }

    /** Makes the page a sound packet: true when that changed it, null when it is none. */
    private @Nullable Boolean sound(int length) {
        if (length < CtfLayout.HEADER_SIZE || PacketHeader.problem(page, 0, uuid) != null) {
            return null;
        }
        uuid = PacketHeader.uuid(page, 0);
        int promised = PacketHeader.cells(page, 0);
        int cells = Math.min(promised, (length - CtfLayout.HEADER_SIZE) / CellLayout.CELL_SIZE);
        long first = lastTsNs;
        int whole = 0;
        boolean late = lateAt >= 0;
        while (whole < cells && isNext(CtfLayout.cellOffset(whole), late)) {
            late = isLate(CtfLayout.cellOffset(whole));
            lastTsNs = page.getLong(CtfLayout.cellOffset(whole));
            first = whole == 0 ? lastTsNs : first;
            whole++;
        }
        if (whole > 0 && whole < promised && late) {
            whole--;
        }
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

    private boolean encloses(long firstTsNs, long endTsNs) {
        return page.getLong(CtfLayout.TIMESTAMP_BEGIN) <= firstTsNs && page.getLong(CtfLayout.TIMESTAMP_END) >= endTsNs;
    }

    /** In order of time, known, and no second mark behind a mark. */
    private boolean isNext(int offset, boolean behindLate) {
        return page.getLong(offset) >= lastTsNs
                && CtfLayout.isKnown(page.get(offset + CellLayout.OP) & 0xff)
                && !(behindLate && isLate(offset));
    }

    private boolean isLate(int offset) {
        return (page.get(offset + CellLayout.OP) & 0xff) == CtfLayout.LATE;
    }

    /** What was repaired is no longer what was ended. */
    private void provenance(Path trace) throws IOException {
        Path exact = trace.resolve(CtfLayout.PROVENANCE);
        if (!actions.isEmpty() && Files.isRegularFile(exact)) {
            String kept = Files.readString(exact)
                    .lines()
                    .filter(line -> !line.startsWith(CtfLayout.ENDED + "="))
                    .collect(Collectors.joining("\n", "", "\n"));
            Files.writeString(exact, kept);
        }
    }

    private void metadata(Path trace) throws IOException {
        Path path = trace.resolve(CtfLayout.METADATA);
        Path exact = trace.resolve(CtfLayout.PROVENANCE);
        try {
            if (Files.isRegularFile(path)) {
                Metadata.parse(Files.readString(path));
                return;
            }
        } catch (TraceFormatException e) {
            actions.add(path + ": " + e.getMessage());
        }
        UUID found = uuidOf(trace);
        if (found != null) {
            Provenance provenance = Provenance.parse(Files.isRegularFile(exact) ? Files.readString(exact) : "");
            Files.write(path, MetadataWriter.text(found, provenance).getBytes(StandardCharsets.UTF_8));
            actions.add(path + ": written anew");
        }
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
                if (read(in, 0) >= CtfLayout.HEADER_SIZE && PacketHeader.problem(page, 0, null) == null) {
                    return PacketHeader.uuid(page, 0);
                }
            }
        }
        return null;
    }
}
