package dev.iputrace.tracefs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The events of one CPU in one instance, in their order: its next one is the head. In the ring of rare events each is
 * followed by its stack. Hot path: one {@link #advance} per event; allocates nothing.
 */
final class CpuStream implements AutoCloseable {
    static final int STACK_MAX = 24;

    private static final int RECORD_MAX = 512;
    /** With so many events at the last look, more will have come by now. */
    private static final int BUSY = 64;

    private final int cpu;
    private final boolean rare;
    private final CpuBuffer buffer;
    private final Decoders decoders;
    private final ByteBuffer page;
    private final PageCursor cursor;
    /** Events that waited in the kernel at the last look and were not taken since. */
    private long known;

    private long knownAtPoll;
    private long polledNs;
    private long polledBeforeNs;
    private boolean readNothing;
    /** From here on no event is written. */
    private long lastNs = Long.MIN_VALUE;
    /** The cursor stands on a record that was not taken yet. */
    private boolean pending;

    private final ByteBuffer head = ByteBuffer.allocate(RECORD_MAX).order(ByteOrder.nativeOrder());
    private @Nullable Decoder decoder;
    private long headNs;
    private int headTid;
    private boolean complete;
    private final long[] stack = new long[STACK_MAX];
    private int stackDepth;
    private long reportedLost;

    CpuStream(int cpu, boolean rare, CpuBuffer buffer, PageLayout layout, Decoders decoders) {
        this.cpu = cpu;
        this.rare = rare;
        this.buffer = buffer;
        this.decoders = decoders;
        page = ByteBuffer.allocateDirect(layout.pageSize()).order(ByteOrder.nativeOrder());
        cursor = new PageCursor(layout, page);
    }

    /** Asks the kernel what there is. What is left of a page is taken first: the kernel's count is without it. */
    void poll(long nowNs) {
        if (known <= 0 && !cursor.mayHaveMore()) {
            polledBeforeNs = polledNs;
            polledNs = nowNs;
            knownAtPoll = buffer.poll();
            known = knownAtPoll;
        }
    }

    /** No event is written any more, so that one more look sees all there is. */
    void last(long nowNs) {
        lastNs = nowNs;
    }

    /** What was lost is told once more. */
    void tellLostAgain() {
        reportedLost = 0;
    }

    /** Nothing older than this is still to come while there is no head; up to what a writer takes to commit. */
    long polledNs() {
        return polledNs;
    }

    /** Makes the next event the head, if there is one; one without its stack waits for it until it is this old. */
    void fill(long patientUntilNs) {
        while (!complete) {
            if (!pending && !nextRecord()) {
                complete = decoder != null && headNs < patientUntilNs;
                return;
            }
            pending = false;
            int dataAt = cursor.dataAt();
            int length = cursor.dataLength();
            if (decoders.isStack(page, dataAt, length)) {
                takeStack(dataAt, length);
            } else if (decoder != null) {
                // Its stack did not come: this is the next event.
                pending = true;
                complete = true;
            } else {
                takeHead(dataAt, length);
            }
        }
    }

    private boolean nextRecord() {
        while (!cursor.next()) {
            if (known <= 0 && (knownAtPoll >= BUSY || polledNs < lastNs)) {
                poll(System.nanoTime());
            }
            if (known <= 0) {
                return false;
            }
            if (!readPage()) {
                return false;
            }
        }
        known--;
        return true;
    }

    /** Once more where the watch closed the ring under the read: that look has shown nothing then. */
    private boolean readPage() {
        int bytes = buffer.read(page);
        cursor.begin(bytes);
        if (bytes == 0) {
            known = 0;
            knownAtPoll = 0;
            polledNs = readNothing ? polledNs : polledBeforeNs;
        }
        readNothing = bytes == 0;
        return bytes != 0;
    }

    private void takeHead(int dataAt, int length) {
        Decoder found = decoders.of(page, dataAt, length);
        if (found == null) {
            return;
        }
        int kept = Math.min(length, RECORD_MAX);
        head.clear();
        head.put(0, page, dataAt, kept);
        head.limit(kept);
        decoder = found;
        headNs = cursor.tsNs();
        headTid = decoders.tid(head);
        stackDepth = 0;
        complete = !rare;
    }

    private void takeStack(int dataAt, int length) {
        if (decoder == null) {
            return;
        }
        int from = dataAt + decoders.stackAt();
        int depth = Math.min(STACK_MAX, (dataAt + length - from) / Long.BYTES);
        stackDepth = 0;
        while (stackDepth < depth) {
            long address = page.getLong(from + Long.BYTES * stackDepth);
            if (address == 0 || address == -1) {
                break;
            }
            stack[stackDepth++] = address;
        }
        complete = true;
    }

    /** True when there is an event, complete as far as it can be. */
    boolean hasHead() {
        return complete;
    }

    /** Leaves the head: {@link #fill} brings the next one. */
    void advance() {
        complete = false;
        decoder = null;
    }

    int cpu() {
        return cpu;
    }

    boolean isRare() {
        return rare;
    }

    long headNs() {
        return headNs;
    }

    /** Time of an event that still waits for its stack, or a time that never comes. */
    long waitingNs() {
        return decoder == null ? Long.MAX_VALUE : headNs;
    }

    @Nullable
    Decoder decoder() {
        return decoder;
    }

    ByteBuffer record() {
        return head;
    }

    int tid() {
        return headTid;
    }

    long[] stack() {
        return stack;
    }

    int stackDepth() {
        return stackDepth;
    }

    long damaged() {
        return cursor.damaged();
    }

    /** Events lost since the last time this was asked. */
    long takeLost() {
        long now = buffer.lost();
        long more = now - reportedLost;
        reportedLost = now;
        return more;
    }

    @Override
    public void close() {
        buffer.close();
    }
}
