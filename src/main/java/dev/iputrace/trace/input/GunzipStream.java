package dev.iputrace.trace.input;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads all members of a gzip file (RFC 1952), one behind the other. Java's own takes what follows a member and is none
 * for the end, and a pipe that has nothing at the moment, too: half a trace would be gone without a word.
 */
final class GunzipStream extends InputStream {
    private static final int BUFFER_SIZE = 1 << 16;
    private static final int METHOD_DEFLATE = 8;
    private static final int HAS_SUM = 1 << 1;
    private static final int HAS_EXTRA = 1 << 2;
    private static final int HAS_NAME = 1 << 3;
    private static final int HAS_COMMENT = 1 << 4;
    private static final int FLAGS_KNOWN = 0x1f;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_SIZE];
    private final Inflater inflater = new Inflater(true);
    private final CRC32 sum = new CRC32();
    private int at;
    private int filled;
    private boolean ended;

    /** Reads the head of the first member. */
    GunzipStream(InputStream in) throws IOException {
        this.in = in;
        head(next());
    }

    /** The next byte of the file, -1 at its end. */
    private int peek() throws IOException {
        if (at == filled) {
            filled = Math.max(in.read(buffer, 0, BUFFER_SIZE), 0);
            at = 0;
        }
        return filled == 0 ? -1 : buffer[at] & 0xff;
    }

    private int next() throws IOException {
        int value = peek();
        if (value < 0) {
            throw new EOFException("gzip: cut");
        }
        at++;
        return value;
    }

    private void head(int first) throws IOException {
        if (first != 0x1f || next() != 0x8b || next() != METHOD_DEFLATE) {
            throw new IOException("gzip: what follows a whole part is no other one");
        }
        int flags = next();
        if ((flags & ~FLAGS_KNOWN) != 0) {
            throw new IOException("gzip: unknown flags: flags=0x" + Integer.toHexString(flags));
        }
        skip(6);
        if ((flags & HAS_EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        skipText(flags & HAS_NAME);
        skipText(flags & HAS_COMMENT);
        skip((flags & HAS_SUM) != 0 ? 2 : 0);
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText(int present) throws IOException {
        int value = present;
        while (value != 0) {
            value = next();
        }
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        int got = 0;
        while (got == 0 && length > 0) {
            if (ended) {
                return -1;
            }
            got = inflate(to, from, length);
            if (got == 0 && inflater.finished()) {
                endMember();
            } else if (got == 0 && inflater.needsDictionary()) {
                throw new IOException("gzip: wants a dictionary");
            }
        }
        return got;
    }

    private int inflate(byte[] to, int from, int length) throws IOException {
        if (inflater.needsInput() && !inflater.finished()) {
            if (peek() < 0) {
                throw new EOFException("gzip: cut");
            }
            inflater.setInput(buffer, at, filled - at);
            at = filled;
        }
        try {
            int got = inflater.inflate(to, from, length);
            sum.update(to, from, got);
            return got;
        } catch (DataFormatException e) {
            throw new IOException("gzip: damaged: " + e.getMessage(), e);
        }
    }

    private void endMember() throws IOException {
        at = filled - inflater.getRemaining();
        long wantSum = number();
        long wantSize = number();
        if (wantSum != sum.getValue() || wantSize != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw new IOException("gzip: damaged: its checksum is wrong");
        }
        sum.reset();
        inflater.reset();
        ended = peek() < 0;
        if (!ended) {
            head(next());
        }
    }

    private long number() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
