package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import dev.iputrace.trace.SeqLoss;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * One stream file: the cells of one CPU, put in order of time as far as the buffer reaches, in packets of one page.
 * Hot path: one {@link #cell} per event; allocates nothing.
 */
final class StreamWriter implements AutoCloseable {
    private static final int PACKETS = 32;
    /** Packets that stay in the buffer when it is written out, for cells that come late. */
    private static final int KEPT = 2;

    private static final int CAPACITY = PACKETS * CtfLayout.CELLS_PER_PACKET;
    private static final int WRITTEN = CAPACITY - KEPT * CtfLayout.CELLS_PER_PACKET;
    private static final int REORDER_MAX = KEPT * CtfLayout.CELLS_PER_PACKET;

    private final FileChannel file;
    private final PacketLoss loss;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(PACKETS * CtfLayout.PACKET_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final EventCell stored = new EventCell(buffer);
    private final CellWriter writer = new CellWriter(buffer);

    /** File offset of the buffer's first packet. */
    private long start;

    private int cells;
    /** Cells of the buffer that are on disk: nothing may be put before them any more. */
    private int committed;

    private int lastIndex = -1;
    private long lastTsNs;
    /** Time of the last cell on disk. */
    private long floorTsNs;

    private long late;

    StreamWriter(Path path, UUID uuid, int cpu, SeqLoss loss) throws IOException {
        this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.loss = new PacketLoss(loss, PACKETS);
        for (int packet = 0; packet < PACKETS; packet++) {
            int base = packet * CtfLayout.PACKET_SIZE;
            buffer.putInt(base, CtfLayout.MAGIC);
            PacketHeader.putUuid(buffer, base, uuid);
            buffer.putLong(base + CtfLayout.PACKET_SIZE_BITS, CtfLayout.PACKET_SIZE * 8L);
            buffer.putInt(base + CtfLayout.CPU_ID, cpu);
            buffer.putInt(base + CtfLayout.ABI_VERSION, CellLayout.ABI_VERSION);
        }
    }

    void cell(EventView cell, int op) throws IOException {
        long tsNs = cell.tsNs();
        if (cells > CAPACITY - 2) {
            writeOut();
        }
        if (tsNs >= lastTsNs) {
            lastTsNs = tsNs;
            put(cells, cell, tsNs);
        } else {
            putEarlier(cell, op, tsNs);
        }
    }

    private void putEarlier(EventView cell, int op, long tsNs) {
        boolean companion = op == OpCode.STACK || op == OpCode.COMM;
        int index = -1;
        if (companion && lastIndex >= committed && belongsTo(cell, lastIndex)) {
            index = lastIndex + 1;
        } else if (companion || op < OpCode.FIRST_COMPANION) {
            index = placeOf(tsNs);
        }
        if (index >= 0) {
            makeRoom(index);
            put(index, cell, tsNs);
        } else {
            late++;
            writer.begin(CtfLayout.cellOffset(cells), lastTsNs, CtfLayout.LATE, 0, cell.cpu(), cell.seq())
                    .word(0, tsNs);
            cells++;
            put(cells, cell, lastTsNs);
        }
    }

    private boolean belongsTo(EventView cell, int index) {
        stored.at(CtfLayout.cellOffset(index));
        return stored.tsNs() == cell.tsNs() && stored.seq() == cell.seq();
    }

    /** Index behind the last cell that is not younger; -1 when it is out of reach. */
    private int placeOf(long tsNs) {
        int limit = Math.max(committed, cells - REORDER_MAX);
        int index = cells;
        while (index > limit) {
            if (stored.at(CtfLayout.cellOffset(index - 1)).tsNs() <= tsNs) {
                return index;
            }
            index--;
        }
        return limit == committed && tsNs >= floorTsNs ? limit : -1;
    }

    private void makeRoom(int index) {
        for (int i = cells; i > index; i--) {
            int from = CtfLayout.cellOffset(i - 1);
            buffer.put(CtfLayout.cellOffset(i), buffer, from, CellLayout.CELL_SIZE);
        }
    }

    private void put(int index, EventView cell, long tsNs) {
        int base = CtfLayout.cellOffset(index);
        buffer.putLong(base, tsNs);
        buffer.putLong(base + CellLayout.OP, head(cell));
        for (int word = 0; word < CellLayout.WORDS_PER_CELL; word++) {
            buffer.putLong(base + CellLayout.WORDS + 8 * word, cell.word(word));
        }
        lastIndex = index;
        cells++;
    }

    private static long head(EventView cell) {
        return cell.op() | (long) cell.flags() << 8 | (long) cell.cpu() << 16 | (long) cell.seq() << 32;
    }

    /** Writes what is older than this; the rest waits for cells that come late. */
    void commit(long untilTsNs) throws IOException {
        int count = cells;
        while (count > committed && stored.at(CtfLayout.cellOffset(count - 1)).tsNs() > untilTsNs) {
            count--;
        }
        if (count > committed) {
            write(committed / CtfLayout.CELLS_PER_PACKET, count);
            committed = count;
            floorTsNs = tsAt(count - 1);
        }
    }

    private void writeOut() throws IOException {
        write(committed / CtfLayout.CELLS_PER_PACKET, WRITTEN);
        floorTsNs = Math.max(floorTsNs, tsAt(WRITTEN - 1));
        int rest = cells - WRITTEN;
        for (int i = 0; i < rest; i++) {
            buffer.put(CtfLayout.cellOffset(i), buffer, CtfLayout.cellOffset(WRITTEN + i), CellLayout.CELL_SIZE);
        }
        start += (long) (PACKETS - KEPT) * CtfLayout.PACKET_SIZE;
        cells = rest;
        committed = Math.max(committed - WRITTEN, 0);
        lastIndex = lastIndex - WRITTEN;
    }

    /** Writes the packets from {@code firstPacket} to the one that holds the last of {@code count} cells. */
    private void write(int firstPacket, int count) throws IOException {
        int packets = (count + CtfLayout.CELLS_PER_PACKET - 1) / CtfLayout.CELLS_PER_PACKET;
        if (packets <= firstPacket) {
            return;
        }
        loss.count(stored, firstPacket, count, cells);
        for (int packet = firstPacket; packet < packets; packet++) {
            int first = packet * CtfLayout.CELLS_PER_PACKET;
            sealPacket(packet, first, Math.min(count - first, CtfLayout.CELLS_PER_PACKET));
        }
        int from = firstPacket * CtfLayout.PACKET_SIZE;
        ByteBuffer bytes = buffer.duplicate();
        bytes.position(from).limit(packets * CtfLayout.PACKET_SIZE);
        while (bytes.hasRemaining()) {
            file.write(bytes, start + bytes.position());
        }
    }

    private void sealPacket(int packet, int first, int count) {
        int base = packet * CtfLayout.PACKET_SIZE;
        buffer.putLong(base + CtfLayout.TIMESTAMP_BEGIN, tsAt(first));
        buffer.putLong(base + CtfLayout.TIMESTAMP_END, tsAt(first + count - 1));
        buffer.putLong(base + CtfLayout.CONTENT_SIZE, CtfLayout.contentBits(count));
        buffer.putLong(base + CtfLayout.PACKET_SEQ_NUM, start / CtfLayout.PACKET_SIZE + packet);
        buffer.putLong(base + CtfLayout.EVENTS_DISCARDED, loss.discarded(packet));
    }

    private long tsAt(int index) {
        return stored.at(CtfLayout.cellOffset(index)).tsNs();
    }

    /** Size of the file once all of the buffer is in it. */
    long bytes() {
        return start + (long) (cells / CtfLayout.CELLS_PER_PACKET + 1) * CtfLayout.PACKET_SIZE;
    }

    long late() {
        return late;
    }

    void sync() throws IOException {
        file.force(false);
    }

    /** After a failed write: what is whole stays. */
    void abandon() throws IOException {
        try (file) {
            file.truncate(file.size() / CtfLayout.PACKET_SIZE * CtfLayout.PACKET_SIZE);
        }
    }

    /** Writes the rest. */
    @Override
    public void close() throws IOException {
        try (file) {
            if (cells > 0) {
                write(committed / CtfLayout.CELLS_PER_PACKET, cells);
                loss.end();
            }
        }
    }
}
