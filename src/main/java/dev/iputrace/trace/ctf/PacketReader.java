package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The packets of one CPU over all parts of a recording, read a block at a time: with read(2), as fast as a mapping
 * here, safe when somebody cuts the file meanwhile, and of bounded memory. What is no packet is told as damage and
 * skipped to the next page that is one.
 */
final class PacketReader implements AutoCloseable {
    private static final int BLOCK_SIZE = 64 * CtfLayout.PACKET_SIZE;

    /** A file of this stream and the trace it belongs to; uuid null when its metadata is lost. */
    record Part(Path path, @Nullable UUID uuid) {}

    private final List<Part> parts;
    private final Damage damage;
    private final ByteBuffer block =
            ByteBuffer.allocateDirect(BLOCK_SIZE).order(ByteOrder.LITTLE_ENDIAN).limit(0);

    private @Nullable FileChannel file;
    private Part part;
    private int partIndex = -1;
    /** File offset of the block. */
    private long blockStart;

    private int packet;
    private int nextPacket;
    private int cells;
    private long expectedSeqNum;
    private boolean inDamage;
    private boolean lossy;
    private long discarded;
    /** Of the parts before this one: the counter starts again in each. */
    private long discardedBefore;

    /** Of the last part; {@link Ending#UNKNOWN} when nobody knows. */
    private final long packetsAtEnd;

    private int cpu;
    private long bytesRead;

    PacketReader(List<Part> parts, long packetsAtEnd, Damage damage) {
        this.parts = parts;
        this.packetsAtEnd = packetsAtEnd;
        this.part = parts.get(0);
        this.damage = damage;
    }

    /** Goes to the next sound packet; false at the end of the last part. */
    boolean next() {
        while (true) {
            try {
                if (block.limit() - nextPacket < CtfLayout.PACKET_SIZE && !fill()) {
                    if (!openNextPart()) {
                        return false;
                    }
                } else if (accept()) {
                    return true;
                }
            } catch (IOException e) {
                lossy = true;
                damage("cannot be read: " + e.getMessage());
                close();
            }
        }
    }

    private boolean openNextPart() throws IOException {
        close();
        if (partIndex + 1 == parts.size()) {
            return false;
        }
        part = parts.get(++partIndex);
        blockStart = 0;
        expectedSeqNum = 0;
        inDamage = false;
        discardedBefore = discarded;
        file = FileChannel.open(part.path());
        return true;
    }

    /** Reads on from the first byte that is not in a whole packet; false at the end of the file. */
    private boolean fill() throws IOException {
        if (file == null) {
            return false;
        }
        blockStart += nextPacket;
        nextPacket = 0;
        block.clear();
        int got = 0;
        while (block.hasRemaining() && got >= 0) {
            got = file.read(block, blockStart + block.position());
        }
        block.flip();
        bytesRead += block.limit();
        return block.limit() > 0;
    }

    private boolean accept() {
        packet = nextPacket;
        int available = Math.min(block.limit() - packet, CtfLayout.PACKET_SIZE);
        nextPacket += available;
        String problem = available < CtfLayout.HEADER_SIZE
                ? "cut inside a packet header"
                : PacketHeader.problem(block, packet, part.uuid());
        if (problem != null) {
            if (!inDamage) {
                damage(problem);
            }
            inDamage = true;
            lossy = true;
            return false;
        }
        cells = PacketHeader.cells(block, packet);
        int whole = (available - CtfLayout.HEADER_SIZE) / CellLayout.CELL_SIZE;
        if (available < CtfLayout.PACKET_SIZE) {
            lossy |= cells > whole;
            damage("cut: bytes=" + available + " of a packet, cells=" + Math.min(cells, whole) + " of " + cells);
            cells = Math.min(cells, whole);
        } else if (PacketHeader.hasPartialCell(block, packet)) {
            lossy = true;
            damage("content_size ends inside a cell");
        }
        followCounters();
        return true;
    }

    private void followCounters() {
        cpu = block.getInt(packet + CtfLayout.CPU_ID);
        long seqNum = block.getLong(packet + CtfLayout.PACKET_SEQ_NUM);
        if (seqNum != expectedSeqNum && !inDamage) {
            lossy = true;
            damage("packets missing: packet_seq_num=" + seqNum + ", want=" + expectedSeqNum);
        }
        expectedSeqNum = seqNum + 1;
        inDamage = false;
        long counted = block.getLong(packet + CtfLayout.EVENTS_DISCARDED);
        discarded = Math.max(discarded, discardedBefore + Math.max(counted, 0));
    }

    /** Cells of the packet that is current. */
    int cells() {
        return cells;
    }

    int firstCell() {
        return packet + CtfLayout.HEADER_SIZE;
    }

    ByteBuffer block() {
        return block;
    }

    int cpu() {
        return cpu;
    }

    /** What the packets up to this one say was lost. */
    long discarded() {
        return discarded;
    }

    /**
     * Whether the stream, which has ended, ended before its CPU did.
     */
    boolean endsEarly() {
        if (packetsAtEnd == Ending.UNKNOWN) {
            return true;
        }
        boolean early = lossy || expectedSeqNum < packetsAtEnd;
        if (early && !lossy) {
            damage("packets missing at the end: have=" + expectedSeqNum + ", want=" + packetsAtEnd);
        }
        return early;
    }

    /** Something is missing since {@link #lossTold}, and nobody knows how much. */
    boolean isLossy() {
        return lossy;
    }

    void lossTold() {
        lossy = false;
    }

    void checkTimes(long firstTsNs, long lastTsNs) {
        long begin = block.getLong(packet + CtfLayout.TIMESTAMP_BEGIN);
        long end = block.getLong(packet + CtfLayout.TIMESTAMP_END);
        if (begin > firstTsNs || end < lastTsNs) {
            damage("timestamps of the packet do not enclose its events: begin=" + begin + ", end=" + end);
        }
    }

    void damage(String what) {
        damage.add(String.valueOf(part.path().getFileName()), blockStart + packet, what);
    }

    long bytesRead() {
        return bytesRead;
    }

    /** A failure to close a file that was only read is nobody's business. */
    @Override
    @SuppressWarnings("EmptyCatch")
    public void close() {
        FileChannel open = file;
        file = null;
        block.limit(0);
        nextPacket = 0;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
        }
    }
}
