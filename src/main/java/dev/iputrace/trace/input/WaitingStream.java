package dev.iputrace.trace.input;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Makes a {@link PipeStream} block again, for readers that take 0 bytes for a fault. */
final class WaitingStream extends FilterInputStream {
    WaitingStream(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        int got = in.read(to, from, length);
        while (got == 0 && length > 0) {
            pause();
            got = in.read(to, from, length);
        }
        return got;
    }

    static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for input");
        }
    }
}
