package dev.iputrace.trace.ctf;

import dev.iputrace.abi.EventCell;
import dev.iputrace.trace.SeqLoss;

/**
 * {@code events_discarded} of packets that are about to be written. A hole in {@code seq} that a later cell of the
 * buffer fills is no loss, so a packet is given the least that is still missing anywhere behind it.
 */
final class PacketLoss {
    /** As of the last full packet that was written. */
    private final SeqLoss written;

    private final SeqLoss running;
    private final SeqLoss full;
    private final long[] lost;
    /** The counter never goes back: what the last full packet says. */
    private long floor;

    PacketLoss(SeqLoss written, int packets) {
        this.written = written;
        this.running = written.copy();
        this.full = written.copy();
        this.lost = new long[packets];
    }

    /**
     * Counts from the first packet that is not yet on disk in full: {@code count} cells of the buffer are written now,
     * those up to {@code cells} wait.
     */
    void count(EventCell stored, int firstPacket, int count, int cells) {
        running.set(written);
        full.set(written);
        int last = (count - 1) / CtfLayout.CELLS_PER_PACKET;
        for (int i = firstPacket * CtfLayout.CELLS_PER_PACKET; i < count; i++) {
            stored.at(CtfLayout.cellOffset(i));
            running.cell(stored, stored.op());
            if ((i + 1) % CtfLayout.CELLS_PER_PACKET == 0) {
                lost[i / CtfLayout.CELLS_PER_PACKET] = running.lost();
                full.set(running);
            }
        }
        lost[last] = running.lost();
        written.set(full);
        long least = lost[last];
        for (int i = count; i < cells; i++) {
            stored.at(CtfLayout.cellOffset(i));
            running.cell(stored, stored.op());
            least = Math.min(least, running.lost());
        }
        for (int packet = last; packet >= firstPacket; packet--) {
            least = Math.max(Math.min(least, lost[packet]), floor);
            lost[packet] = least;
        }
        int lastFull = count / CtfLayout.CELLS_PER_PACKET - 1;
        floor = lastFull >= firstPacket ? lost[lastFull] : floor;
    }

    long discarded(int packet) {
        return lost[packet];
    }

    /** No more cells: the rest of the last packet counts, too. */
    void end() {
        written.set(running);
    }
}
