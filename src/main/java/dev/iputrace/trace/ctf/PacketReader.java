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
    record Part(Path path, @Nullable UUID uuid) {
        int cpu() {
            return StreamName.cpu(String.valueOf(path.getFileName()));
        }
    }

    private final List<Part> parts;
    private final Damage damage;
    private final ByteBuffer block =
            ByteBuffer.allocateDirect(BLOCK_SIZE).order(ByteOrder.LITTLE_ENDIAN).limit(0);

    /** The first bytes behind the block. */
    private final ByteBuffer behind = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private @Nullable FileChannel file;
    private Part part;
    private int partIndex = -1;
    private int fileCpu;
    /** File offset of the block. */
    private long blockStart;
    /** File offset of what damage is told of: the packet, or the end of the file. */
    private long at;

    private int packet;
    private int nextPacket;
    private int cells;
    private int looked;
    private boolean lastInDoubt;
    private boolean cut;
    private long expectedSeqNum;
    private boolean inDamage;
    private boolean lossy;
    private long discarded;
    /** Of the parts before this one: the counter starts again in each. */
    private long discardedBefore;

    /** Of the last part of the recording; {@link Ending#UNKNOWN} when nobody knows. */
    private final long packetsAtEnd;
    /** The stream has a file in that part. */
    private final boolean lasts;

    private int cpu;
    private long bytesRead;

    PacketReader(List<Part> parts, boolean lasts, long packetsAtEnd, Damage damage) {
        this.parts = parts;
        this.lasts = lasts;
        this.packetsAtEnd = packetsAtEnd;
        this.part = parts.get(0);
        this.damage = damage;
    }

    /** Goes to the next sound packet whose events are not before {@code afterNs}; false at the end of the last part. */
    boolean next(long afterNs) {
        while (true) {
            try {
                if (block.limit() - nextPacket < CtfLayout.PACKET_SIZE && !fill()) {
                    if (!openNextPart()) {
                        return false;
                    }
                } else if (accept(afterNs)) {
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
        fileCpu = part.cpu();
        blockStart = 0;
        at = 0;
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
        at = blockStart;
        nextPacket = 0;
        read(file, block, blockStart);
        bytesRead += block.limit();
        return block.limit() > 0;
    }

    private static void read(FileChannel from, ByteBuffer into, long start) throws IOException {
        into.clear();
        int got = 0;
        while (into.hasRemaining() && got >= 0) {
            got = from.read(into, start + into.position());
        }
        into.flip();
    }

    private boolean accept(long afterNs) throws IOException {
        packet = nextPacket;
        at = blockStart + packet;
        int available = Math.min(block.limit() - packet, CtfLayout.PACKET_SIZE);
        nextPacket += available;
        String problem = available < CtfLayout.HEADER_SIZE
                ? "cut inside a packet header"
                : PacketHeader.problem(block, packet, part.uuid(), fileCpu);
        if (problem == null) {
            cells = PacketHeader.cells(block, packet);
            problem = cells > 0 && isBefore(afterNs, available) ? "time goes back" : null;
        }
        if (problem != null) {
            if (!inDamage) {
                damage(problem);
            }
            inDamage = true;
            lossy = true;
            return false;
        }
        looked = cells;
        cut = available < CtfLayout.PACKET_SIZE;
        if (cut) {
            acceptCut(available);
        } else {
            lastInDoubt = !isFollowedByAPacket();
            if (PacketHeader.hasPartialCell(block, packet)) {
                lossy = true;
                damage("content_size ends inside a cell");
            }
        }
        followCounters();
        return true;
    }

    private boolean isBefore(long afterNs, int available) {
        return available >= CtfLayout.HEADER_SIZE + CellLayout.CELL_SIZE && block.getLong(firstCell()) < afterNs;
    }

    private void acceptCut(int available) {
        int whole = PacketCells.whole(cells, available);
        lossy |= cells > whole;
        damage("cut: bytes=" + available + " of a packet, cells=" + whole + " of " + cells);
        looked = PacketCells.toLookAt(cells, available);
        lastInDoubt = PacketCells.isLastInDoubt(cells, available);
        cells = whole;
    }

    /** Else bytes were inserted or deleted before. */
    private boolean isFollowedByAPacket() throws IOException {
        boolean inBlock = block.limit() - nextPacket >= Integer.BYTES;
        return (inBlock && block.getInt(nextPacket) == CtfLayout.MAGIC) || mayAPacketFollow();
    }

    private boolean mayAPacketFollow() throws IOException {
        if (file != null) {
            read(file, behind, blockStart + nextPacket);
        }
        return PacketHeader.mayBegin(behind);
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

    /** As many, and perhaps the one behind them, of which the beginning is there. */
    int cellsToLookAt() {
        return looked;
    }

    /** What comes behind the packet says that its last cell is not to be believed. */
    boolean lastInDoubt() {
        return lastInDoubt;
    }

    /** The packet is not whole, or what comes behind it is none. */
    boolean inDoubt() {
        return cut || lastInDoubt;
    }

    int packet() {
        return packet;
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
        long have = lasts ? expectedSeqNum : 0;
        boolean early = lossy || have < packetsAtEnd;
        if (early && !lossy) {
            damage("packets missing at the end: have=" + have + ", want=" + packetsAtEnd);
        } else if (have > packetsAtEnd) {
            damage("more packets than the recording had when it ended: have=" + have + ", want=" + packetsAtEnd);
        }
        return early || have > packetsAtEnd;
    }

    /** Something is missing since {@link #lossTold}, and nobody knows how much. */
    boolean isLossy() {
        return lossy;
    }

    void lossTold() {
        lossy = false;
    }

    boolean timesAreWrong() {
        return block.getLong(packet + CtfLayout.TIMESTAMP_BEGIN) > block.getLong(packet + CtfLayout.TIMESTAMP_END);
    }

    /** Events are missing behind those that were read. */
    void lose() {
        lossy = true;
    }

    void damage(String what) {
        damage.add(String.valueOf(part.path().getFileName()), at, what);
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
