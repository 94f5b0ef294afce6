package dev.iputrace.tracefs;

import java.nio.ByteBuffer;

/** Where one of our events has its fields. Hot path: reads in place; a field that it lacks is 0. */
final class Decoder {
    final Point point;
    final boolean isReturn;
    private final int inode;
    private final int iCount;
    private final int iState;
    private final int iStateSize;
    private final int iIno;
    private final int iNlink;
    private final int sDev;
    private final int sMagic;
    private final int caller;
    private final int ret;
    private final int ioEnd;

    Decoder(Probe probe, EventFormat format) {
        point = probe.point();
        isReturn = probe.isReturn();
        inode = format.offset("inode");
        iCount = format.offset("i_count");
        iState = format.offset("i_state");
        iStateSize = format.size("i_state");
        iIno = format.offset("i_ino");
        iNlink = format.offset("i_nlink");
        sDev = format.offset("s_dev");
        sMagic = format.offset("s_magic");
        caller = isReturn ? format.offset("__probe_ret_ip") : format.offset("caller");
        ret = format.offset("ret");
        ioEnd = format.offset("io_end");
    }

    private static long getLong(ByteBuffer record, int at) {
        return at < 0 || at + 8 > record.limit() ? 0 : record.getLong(at);
    }

    private static int getInt(ByteBuffer record, int at) {
        return at < 0 || at + 4 > record.limit() ? 0 : record.getInt(at);
    }

    long inode(ByteBuffer record) {
        return getLong(record, inode);
    }

    int iCount(ByteBuffer record) {
        return getInt(record, iCount);
    }

    /** The low 32 bits, which hold all flags. */
    int iState(ByteBuffer record) {
        return iStateSize == 8 ? (int) getLong(record, iState) : getInt(record, iState);
    }

    long iIno(ByteBuffer record) {
        return getLong(record, iIno);
    }

    /** True when the record says that no name is left. */
    boolean unlinked(ByteBuffer record) {
        return iNlink >= 0 && getInt(record, iNlink) == 0;
    }

    int sDev(ByteBuffer record) {
        return getInt(record, sDev);
    }

    long sMagic(ByteBuffer record) {
        return getLong(record, sMagic);
    }

    long caller(ByteBuffer record) {
        return getLong(record, caller);
    }

    long ret(ByteBuffer record) {
        return getLong(record, ret);
    }

    long ioEnd(ByteBuffer record) {
        return getLong(record, ioEnd);
    }
}
