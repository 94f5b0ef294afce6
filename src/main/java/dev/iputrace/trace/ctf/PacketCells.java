package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.event.OpCode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Which cells of a packet are to be believed. Behind a byte that was inserted or deleted each cell is read from the
 * wrong place, and shows something that no recorder writes. The cell before the first such is where it happened, so it
 * is not to be believed either.
 */
final class PacketCells {
    /** Bytes of a cell that are looked at. */
    private static final int LOOKED_AT = CellLayout.OP + Long.BYTES;

    private PacketCells() {}

    /** What is wrong with the cell at {@code at} of the packet at {@code base}, or null. */
    static @Nullable String problem(ByteBuffer block, int base, int at, long afterNs) {
        if (!CtfLayout.isKnown(block.get(at + CellLayout.OP) & 0xff)) {
            return "unknown event id";
        }
        if ((block.getShort(at + CellLayout.CPU) & 0xffff) != block.getInt(base + CtfLayout.CPU_ID)) {
            return "event of another cpu";
        }
        long tsNs = block.getLong(at);
        if (tsNs < afterNs) {
            return "time goes back";
        }
        return encloses(block, base, tsNs, tsNs) ? null : "event outside the time of its packet";
    }

    /** Whether the timestamps of the packet do; true also where they contradict each other and say nothing. */
    static boolean encloses(ByteBuffer block, int base, long firstTsNs, long lastTsNs) {
        long begin = block.getLong(base + CtfLayout.TIMESTAMP_BEGIN);
        long end = block.getLong(base + CtfLayout.TIMESTAMP_END);
        return begin > end || (begin <= firstTsNs && end >= lastTsNs);
    }

    /** Index of the first with a problem; {@code cells} when there is none. */
    static int firstOdd(ByteBuffer block, int base, int cells, long afterNs) {
        long previousNs = afterNs;
        for (int i = 0; i < cells; i++) {
            int at = base + CtfLayout.cellOffset(i);
            if (problem(block, base, at, previousNs) != null) {
                return i;
            }
            previousNs = block.getLong(at);
        }
        return cells;
    }

    /** How many of {@code cells} are whole in so many bytes of a packet. */
    static int whole(int cells, int bytes) {
        return Math.min(cells, (bytes - CtfLayout.HEADER_SIZE) / CellLayout.CELL_SIZE);
    }

    /** As many, and the one behind them where enough of it is there to see whether it is in its place. */
    static int toLookAt(int cells, int bytes) {
        return Math.min(
                cells, (bytes - CtfLayout.HEADER_SIZE + CellLayout.CELL_SIZE - LOOKED_AT) / CellLayout.CELL_SIZE);
    }

    /** Of a packet that was cut: bytes that tell nothing follow the last cell, which may lack one. */
    static boolean isLastInDoubt(int cells, int bytes) {
        int whole = whole(cells, bytes);
        return toLookAt(cells, bytes) == whole
                && bytes > CtfLayout.HEADER_SIZE + whole * CellLayout.CELL_SIZE
                && bytes < CtfLayout.PACKET_SIZE;
    }

    /**
     * How many of {@code cells} are to be believed in a packet with a problem, when {@code odd} of {@code looked} is
     * the first cell with one: a hole in {@code seq} may be where bytes were deleted that were as many as those of some
     * cells.
     */
    static int believed(ByteBuffer block, int base, int cells, int odd, int looked, boolean lastInDoubt) {
        int all = odd < looked ? Math.min(cells, odd - 1) : lastInDoubt ? cells - 1 : cells;
        boolean started = false;
        int expected = 0;
        for (int i = 0; i < all; i++) {
            int at = base + CtfLayout.cellOffset(i);
            if ((block.get(at + CellLayout.OP) & 0xff) < OpCode.FIRST_COMPANION) {
                int seq = block.getInt(at + CellLayout.SEQ);
                if (started && seq != expected) {
                    return i - 1;
                }
                started = true;
                expected = seq + 1;
            }
        }
        return Math.max(all, 0);
    }
}
