package dev.iputrace.check;

/** The event being judged: a flyweight over its longs in the {@link CellRing}. Allocates nothing. */
final class Event {
    private final long[] cells;
    private int at;

    Event(CellRing ring) {
        cells = ring.cells;
    }

    void moveTo(int newAt) {
        at = newAt;
    }

    /** Copies its {@link CellRing#LONGS} longs. */
    void copy(long[] to, int toAt) {
        System.arraycopy(cells, at, to, toAt, CellRing.LONGS);
    }

    long tsNs() {
        return cells[at];
    }

    int op() {
        return CellRing.op(cells[at + CellRing.HEAD]);
    }

    int flags() {
        return CellRing.flags(cells[at + CellRing.HEAD]);
    }

    int cpu() {
        return CellRing.cpu(cells[at + CellRing.HEAD]);
    }

    int seq() {
        return CellRing.seq(cells[at + CellRing.HEAD]);
    }

    long inode() {
        return cells[at + CellRing.INODE];
    }

    /** For events that know only their io_end, and 0 for those that belong to no history. */
    void inode(long inode) {
        cells[at + CellRing.INODE] = inode;
    }

    long ioEnd() {
        return cells[at + CellRing.IO_END];
    }

    long iIno() {
        return cells[at + CellRing.I_INO];
    }

    long caller() {
        return cells[at + CellRing.CALLER];
    }

    int sDev() {
        return CellRing.low(cells[at + CellRing.DEV_COUNT]);
    }

    int iCount() {
        return CellRing.high(cells[at + CellRing.DEV_COUNT]);
    }

    int tid() {
        return CellRing.high(cells[at + CellRing.STATE_TID]);
    }
}
