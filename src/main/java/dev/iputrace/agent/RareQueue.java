package dev.iputrace.agent;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rare records, copied out of their ring, until their place in the stream has come. Bounded; allocates nothing per
 * record. One queue in the order of the ring, through which runs a list per CPU, so that both the oldest record and the
 * oldest of a CPU are found at once.
 */
final class RareQueue {
    private static final int NONE = -1;

    private final int capacity;
    private final ByteBuffer cells;
    private final EventCell view;
    private final int[] cellCount;
    private final long[] tsNs;
    private final long[] barrier;
    private final int[] cpu;
    private final int[] seq;
    private final int[] nextOfCpu;
    private int[] firstOfCpu = new int[0];
    private int[] lastOfCpu = new int[0];
    private int head;
    private int size;

    RareQueue(int capacity) {
        this.capacity = capacity;
        cells = ByteBuffer.allocateDirect(capacity * CellLayout.RARE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        view = new EventCell(cells);
        cellCount = new int[capacity];
        tsNs = new long[capacity];
        barrier = new long[capacity];
        cpu = new int[capacity];
        seq = new int[capacity];
        nextOfCpu = new int[capacity];
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean isFull() {
        return size == capacity;
    }

    /** Opens a record with its event. The queue must not be full. */
    void add(EventCell event, long eventsPosition) {
        int slot = slot(size++);
        cellCount[slot] = 0;
        tsNs[slot] = event.tsNs();
        barrier[slot] = eventsPosition;
        cpu[slot] = event.cpu();
        seq[slot] = event.seq();
        nextOfCpu[slot] = NONE;
        makeRoomFor(cpu[slot]);
        if (firstOfCpu[cpu[slot]] == NONE) {
            firstOfCpu[cpu[slot]] = slot;
        } else {
            nextOfCpu[lastOfCpu[cpu[slot]]] = slot;
        }
        lastOfCpu[cpu[slot]] = slot;
        append(event);
    }

    /** Adds a stack or comm cell to the youngest record. */
    void append(EventCell cell) {
        int slot = slot(size - 1);
        if (cellCount[slot] * CellLayout.CELL_SIZE < CellLayout.RARE_SIZE) {
            int target = slot * CellLayout.RARE_SIZE + cellCount[slot] * CellLayout.CELL_SIZE;
            cells.put(target, cell.buffer(), cell.offset(), CellLayout.CELL_SIZE);
            cellCount[slot]++;
        }
    }

    long headTsNs() {
        return tsNs[head];
    }

    /** Position in the events ring before which all lie that came earlier on the CPU of the oldest record. */
    long headBarrier() {
        return barrier[head];
    }

    int headCpu() {
        return cpu[head];
    }

    int headSeq() {
        return seq[head];
    }

    /** Whether a record of this CPU waits that came before {@code seqOfEvent}. */
    boolean hasEarlier(int cpuOfEvent, int seqOfEvent) {
        return cpuOfEvent < firstOfCpu.length
                && firstOfCpu[cpuOfEvent] != NONE
                && seq[firstOfCpu[cpuOfEvent]] - seqOfEvent < 0;
    }

    /** The {@code seq} of the oldest record of this CPU, which must have one. */
    int firstSeqOf(int ofCpu) {
        return seq[firstOfCpu[ofCpu]];
    }

    /** Hands over the oldest record of this CPU and forgets it. */
    int deliverFirstOf(int cpuOfEvent, EventSink sink) {
        int slot = firstOfCpu[cpuOfEvent];
        firstOfCpu[cpuOfEvent] = nextOfCpu[slot];
        int count = cellCount[slot];
        cellCount[slot] = 0;
        while (size > 0 && cellCount[head] == 0) {
            head = slot(1);
            size--;
        }
        for (int i = 0; i < count; i++) {
            sink.cell(view.at(slot * CellLayout.RARE_SIZE + i * CellLayout.CELL_SIZE));
        }
        return count;
    }

    private int slot(int index) {
        int slot = head + index;
        return slot < capacity ? slot : slot - capacity;
    }

    private void makeRoomFor(int newCpu) {
        int known = firstOfCpu.length;
        if (newCpu >= known) {
            firstOfCpu = Arrays.copyOf(firstOfCpu, newCpu + 1);
            Arrays.fill(firstOfCpu, known, newCpu + 1, NONE);
            lastOfCpu = Arrays.copyOf(lastOfCpu, newCpu + 1);
        }
    }
}
