package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and checks the first 128 bytes of a packet. */
final class PacketHeader {
    private PacketHeader() {}

    /**
     * Whether these bytes may follow a packet: the first four of the next, fewer where the file ends. Others are there
     * when bytes were inserted or deleted before.
     */
    static boolean mayBegin(ByteBuffer bytes) {
        for (int i = 0; i < bytes.limit(); i++) {
            if (bytes.get(i) != (byte) (CtfLayout.MAGIC >>> (i * Byte.SIZE))) {
                return false;
            }
        }
        return true;
    }

    /** A UUID is written most significant byte first, whatever the byte order of the trace. */
    static void putUuid(ByteBuffer buffer, int base, UUID uuid) {
        buffer.putLong(base + CtfLayout.UUID, Long.reverseBytes(uuid.getMostSignificantBits()));
        buffer.putLong(base + CtfLayout.UUID + 8, Long.reverseBytes(uuid.getLeastSignificantBits()));
    }

    static UUID uuid(ByteBuffer buffer, int base) {
        return new UUID(
                Long.reverseBytes(buffer.getLong(base + CtfLayout.UUID)),
                Long.reverseBytes(buffer.getLong(base + CtfLayout.UUID + 8)));
    }

    /** What is wrong with the header at this offset of a stream of {@code cpu}, or null. {@code uuid} null: any. */
    static @Nullable String problem(ByteBuffer buffer, int base, @Nullable UUID uuid, int cpu) {
        int magic = buffer.getInt(base);
        if (magic != CtfLayout.MAGIC) {
            return magic == 0 ? "zeros instead of a packet" : "bad magic 0x" + Integer.toHexString(magic);
        }
        if (uuid != null && !uuid.equals(uuid(buffer, base))) {
            return "uuid of another recording: " + uuid(buffer, base);
        }
        int stream = buffer.getInt(base + CtfLayout.STREAM_ID);
        if (stream != 0) {
            return "unknown stream_id " + stream;
        }
        long packetBits = buffer.getLong(base + CtfLayout.PACKET_SIZE_BITS);
        if (packetBits != CtfLayout.PACKET_SIZE * 8L) {
            return "packet_size " + packetBits + " bits, want " + CtfLayout.PACKET_SIZE * 8;
        }
        long contentBits = buffer.getLong(base + CtfLayout.CONTENT_SIZE);
        if (contentBits < CtfLayout.HEADER_SIZE * 8L || contentBits > packetBits) {
            return "content_size " + contentBits + " bits in a packet of " + packetBits;
        }
        int abi = buffer.getInt(base + CtfLayout.ABI_VERSION);
        if (abi != CellLayout.ABI_VERSION) {
            return "abi_version " + abi + ", want " + CellLayout.ABI_VERSION;
        }
        int cpuId = buffer.getInt(base + CtfLayout.CPU_ID);
        return cpuId == cpu ? null : "cpu_id " + cpuId + " in the stream of cpu " + cpu;
    }

    /** Whole cells in the content of a sound packet. */
    static int cells(ByteBuffer buffer, int base) {
        long contentBytes = buffer.getLong(base + CtfLayout.CONTENT_SIZE) / 8;
        return (int) ((contentBytes - CtfLayout.HEADER_SIZE) / CellLayout.CELL_SIZE);
    }

    /** Whether the content ends inside a cell. */
    static boolean hasPartialCell(ByteBuffer buffer, int base) {
        return (buffer.getLong(base + CtfLayout.CONTENT_SIZE) - CtfLayout.HEADER_SIZE * 8L) % (CellLayout.CELL_SIZE * 8)
                != 0;
    }
}
