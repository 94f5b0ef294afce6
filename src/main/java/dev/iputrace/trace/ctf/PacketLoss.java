package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.OpCode;
import dev.iputrace.trace.SeqLoss;

/**
 * {@code events_discarded} of packets that are about to be written. A hole in {@code seq} that a later cell of the
 * buffer fills is no loss, so a packet is given the least that is still missing anywhere behind it.
 */
final class PacketLoss {
    /** Bits that no op of the kernel has. */
    private static final long NO_EVENT = 0xff & -OpCode.FIRST_COMPANION;

    /** As of the last sealed packet. */
    private final SeqLoss sealed;

    private final SeqLoss running;
    /** No more events come: only now does a count of events tried say that some are missing, and not on their way. */
    private boolean ended;

    private final SeqLoss[] behind;
    private final long[] lost;
    /** The counter never goes back: what the last sealed packet says. */
    private long floor;

    PacketLoss(SeqLoss sealed, int packets) {
        this.sealed = sealed;
        this.running = sealed.copy();
        this.lost = new long[packets];
        this.behind = new SeqLoss[packets];
        for (int i = 0; i < packets; i++) {
            behind[i] = sealed.copy();
        }
    }

    /**
     * Counts from the first packet that is not sealed: {@code count} cells of the buffer are written now, those up to
     * {@code cells} wait; packets before {@code sealedThen} are sealed by this.
     */
    void count(EventCell stored, int firstPacket, int sealedThen, int count, int cells) {
        running.set(sealed);
        int last = (count - 1) / CtfLayout.CELLS_PER_PACKET;
        for (int packet = firstPacket; packet <= last; packet++) {
            int from = packet * CtfLayout.CELLS_PER_PACKET;
            add(stored, from, Math.min(from + CtfLayout.CELLS_PER_PACKET, count));
            lost[packet] = running.lost();
            behind[packet].set(running);
        }
        long least = lost[last];
        for (int i = count; i < cells; i++) {
            addOne(stored, i);
            least = Math.min(least, running.lost());
        }
        for (int packet = last; packet >= firstPacket; packet--) {
            least = Math.max(Math.min(least, lost[packet]), floor);
            lost[packet] = least;
        }
        if (sealedThen > firstPacket) {
            sealed.set(behind[sealedThen - 1]);
            floor = lost[sealedThen - 1];
        }
        running.set(behind[last]);
    }

    private void add(EventCell stored, int from, int to) {
        if (areEvents(stored, from, to)) {
            running.events(stored.at(CtfLayout.cellOffset(from)).seq(), to - from);
            return;
        }
        for (int i = from; i < to; i++) {
            addOne(stored, i);
        }
    }

    private void addOne(EventCell stored, int index) {
        int op = stored.at(CtfLayout.cellOffset(index)).op();
        if (op != OpCode.STAT || ended) {
            running.cell(stored, op);
        }
    }

    /** True for cells of one packet that are what nearly all are: events of the kernel, none missing. */
    private static boolean areEvents(EventCell stored, int from, int to) {
        int offset = CtfLayout.cellOffset(from);
        int expected = stored.at(offset).seq();
        int unlike = 0;
        long heads = 0;
        for (int left = to - from; left > 0; left--) {
            long head = stored.at(offset).head();
            unlike |= (int) (head >>> Integer.SIZE) ^ expected++;
            heads |= head;
            offset += CellLayout.CELL_SIZE;
        }
        return unlike == 0 && (heads & NO_EVENT) == 0;
    }

    /** The run is over; what is counted from now on counts in full. */
    void runEnded() {
        ended = true;
    }

    long discarded(int packet) {
        return lost[packet];
    }

    /** No more cells: what was written last counts in full. */
    void end() {
        sealed.set(running);
    }
}
