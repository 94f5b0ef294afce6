package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventRun;
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
 * One stream file: the cells of one CPU in the order they came, in packets of one page. A reader of CTF wants the order
 * of time, but a call that is told at its return with the time of its entry comes behind younger events: its timestamp
 * is raised, and a {@link CtfLayout#LATE} cell before it keeps the true one. So replay sees what live saw, in the same
 * order. Hot path: one {@link #cell} per event; allocates nothing.
 */
final class StreamWriter implements AutoCloseable {
    private static final int PACKETS = 34;
    /**
     * Packets that stay in the buffer when it is written out: they show which holes in {@code seq} are filled. The
     * others are 128 KiB, which the page cache takes in one piece where it is aligned so.
     */
    private static final int KEPT = 2;

    private static final int CAPACITY = PACKETS * CtfLayout.CELLS_PER_PACKET;
    private static final int WRITTEN = CAPACITY - KEPT * CtfLayout.CELLS_PER_PACKET;

    private final FileChannel file;
    private final int cpu;
    private final PacketLoss loss;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(PACKETS * CtfLayout.PACKET_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final EventCell stored = new EventCell(buffer);
    private final CellWriter writer = new CellWriter(buffer);

    /** File offset of the buffer's first packet. */
    private long start;

    private int cells;
    /** Cells of the buffer that are on disk. */
    private int committed;
    /** Packets of the buffer that are on disk in their last form. */
    private int sealed;

    private long lastTsNs;

    /** {@code afterNs}: the time of the last cell in the part before. */
    StreamWriter(Path path, UUID uuid, int cpu, SeqLoss loss, long afterNs) throws IOException {
        this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.cpu = cpu;
        this.lastTsNs = afterNs;
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

    void cell(EventView cell) throws IOException {
        if (cells > CAPACITY - 2) {
            writeOut();
        }
        long tsNs = cell.tsNs();
        // Marks and statistics are made later than events that are still on their way, and must not push those behind
        // other CPUs' events: they take the time of the last event.
        boolean isEvent = cell.op() < OpCode.MARK;
        if (tsNs == lastTsNs || (tsNs > lastTsNs && isEvent)) {
            lastTsNs = tsNs;
        } else {
            writer.begin(CtfLayout.cellOffset(cells), lastTsNs, CtfLayout.LATE, 0, cell.cpu(), cell.seq())
                    .word(0, tsNs);
            cells++;
        }
        int base = CtfLayout.cellOffset(cells);
        buffer.putLong(base, lastTsNs);
        buffer.putLong(base + CellLayout.OP, cell.head());
        for (int word = 0; word < CellLayout.WORDS_PER_CELL; word++) {
            buffer.putLong(base + CellLayout.WORDS + 8 * word, cell.word(word));
        }
        cells++;
    }

    /**
     * Takes the first of {@code count} cells of a run, as far as all there is to do is to copy them: of this CPU, in
     * order of time, within a packet.
     *
     * @return their number
     */
    int cells(EventRun run, int first, int count) throws IOException {
        if (cells > CAPACITY - 2) {
            writeOut();
        }
        int room = Math.min(count, CtfLayout.CELLS_PER_PACKET - cells % CtfLayout.CELLS_PER_PACKET);
        long newestNs = lastTsNs;
        int taken = 0;
        while (taken < room) {
            EventView cell = run.at(first + taken);
            long tsNs = cell.tsNs();
            long head = cell.head();
            int op = (int) head & 0xff;
            if (tsNs < newestNs || ((int) head >>> 16) != cpu || op >= OpCode.MARK || !CtfLayout.isKnown(op)) {
                break;
            }
            newestNs = tsNs;
            taken++;
        }
        run.copy(first, taken, buffer, CtfLayout.cellOffset(cells));
        lastTsNs = newestNs;
        cells += taken;
        return taken;
    }

    /** Writes what has come so far. */
    void commit() throws IOException {
        if (cells > committed) {
            write(cells);
        }
    }

    private void writeOut() throws IOException {
        write(WRITTEN);
        int written = (PACKETS - KEPT) * CtfLayout.PACKET_SIZE;
        buffer.put(0, buffer, written, KEPT * CtfLayout.PACKET_SIZE);
        start += written;
        cells -= WRITTEN;
        committed = Math.max(committed - WRITTEN, 0);
        sealed = Math.max(sealed - (PACKETS - KEPT), 0);
    }

    /** Writes the packets that are not sealed, to the one that holds the last of {@code count} cells. */
    private void write(int count) throws IOException {
        int packets = (count + CtfLayout.CELLS_PER_PACKET - 1) / CtfLayout.CELLS_PER_PACKET;
        if (packets <= sealed) {
            return;
        }
        // A packet is written once more while the next one is not full: it may still turn out that nothing was lost.
        int sealedThen =
                Math.max(Math.min(count, cells - CtfLayout.CELLS_PER_PACKET) / CtfLayout.CELLS_PER_PACKET, sealed);
        loss.count(stored, sealed, sealedThen, count, cells);
        for (int packet = sealed; packet < packets; packet++) {
            int first = packet * CtfLayout.CELLS_PER_PACKET;
            sealPacket(packet, first, Math.min(count - first, CtfLayout.CELLS_PER_PACKET));
        }
        ByteBuffer bytes = buffer.duplicate();
        bytes.position(sealed * CtfLayout.PACKET_SIZE).limit(packets * CtfLayout.PACKET_SIZE);
        while (bytes.hasRemaining()) {
            file.write(bytes, start + bytes.position());
        }
        sealed = sealedThen;
        committed = Math.max(committed, count);
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

    /** Packets of what was taken so far. */
    long packets() {
        return start / CtfLayout.PACKET_SIZE + (cells + CtfLayout.CELLS_PER_PACKET - 1) / CtfLayout.CELLS_PER_PACKET;
    }

    long lastTsNs() {
        return lastTsNs;
    }

    void sync() throws IOException {
        file.force(false);
    }

    /** The run is over, and not only this part of the recording. */
    void runEnded() {
        loss.runEnded();
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
                write(cells);
                loss.end();
            }
        }
    }
}
