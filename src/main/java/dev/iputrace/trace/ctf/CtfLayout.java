package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;

/**
 * The bytes of a stream file, little endian. A packet is one page: the kernel copies a write page by page and a kill
 * can end it between two pages, so a file that grows by whole packets of one page is whole after any kill.
 *
 * <pre>
 *   0  u32 magic 0xC1FC1FC1   u8 uuid[16]   u32 stream_id = 0                          packet.header
 *  24  u64 timestamp_begin, timestamp_end, content_size, packet_size (bits),           packet.context
 *      u64 packet_seq_num, events_discarded, u32 cpu_id, u32 abi_version, u8 reserved[48]
 * 128  62 cells of 64 bytes, of which the first nine are the event header: u64 timestamp, u8 id = op
 * </pre>
 *
 * <p>{@code events_discarded} counts from the start of the stream. The cells of one stream are in order of time.
 */
final class CtfLayout {
    static final int MAGIC = 0xC1FC1FC1;
    static final int PACKET_SIZE = 4096;
    static final int HEADER_SIZE = 128;
    static final int CELLS_PER_PACKET = (PACKET_SIZE - HEADER_SIZE) / CellLayout.CELL_SIZE;

    static final int UUID = 4;
    static final int STREAM_ID = 20;
    static final int TIMESTAMP_BEGIN = 24;
    static final int TIMESTAMP_END = 32;
    static final int CONTENT_SIZE = 40;
    static final int PACKET_SIZE_BITS = 48;
    static final int PACKET_SEQ_NUM = 56;
    static final int EVENTS_DISCARDED = 64;
    static final int CPU_ID = 72;
    static final int ABI_VERSION = 76;

    /**
     * Event id of the format itself: word 0 is the true time of the cell that follows, which came behind a younger one
     * and had its own timestamp raised to that one's, to keep the stream in order of time; or which is no event, and
     * took the time of the last one.
     */
    static final int LATE = 128;

    static final String METADATA = "metadata";
    /** The same text as the agent's, exact; {@code env} of the metadata is for other readers. */
    static final String PROVENANCE = ".provenance";

    /** Key of the provenance: why the recording ended before the run did. */
    static final String STOPPED = "recording_stopped";

    /**
     * Key of the provenance, put there when the recording is closed: its stream files and how many packets each has,
     * {@code cpu0:15 cpu1:20}. Without it the recorder was killed, and the streams end where each happened to be.
     */
    static final String ENDED = "recording_ended";

    static final String PART_PREFIX = "part-";

    private static final boolean[] KNOWN = new boolean[256];
    /** Of the events of the kernel, bit op is set for those known. */
    static final int EVENTS_KNOWN;

    static {
        int events = 0;
        for (Op op : Op.values()) {
            KNOWN[op.code()] = true;
            events |= op.code() < OpCode.FIRST_COMPANION ? 1 << op.code() : 0;
        }
        KNOWN[LATE] = true;
        EVENTS_KNOWN = events;
    }

    private CtfLayout() {}

    /** Whether the metadata has an event class for this id. */
    static boolean isKnown(int id) {
        return KNOWN[id];
    }

    static long contentBits(int cells) {
        return (HEADER_SIZE + (long) cells * CellLayout.CELL_SIZE) * 8;
    }

    /** Offset of a cell, counted from the first, in a run of packets. */
    static int cellOffset(int index) {
        return index / CELLS_PER_PACKET * PACKET_SIZE + HEADER_SIZE + index % CELLS_PER_PACKET * CellLayout.CELL_SIZE;
    }
}
