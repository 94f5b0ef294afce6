package dev.iputrace.trace.input;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads ahead in a thread of its own, so that the reader never blocks: {@link #read(byte[], int, int)} returns 0 when
 * nothing is here yet, which a plain stream never does. Bounded.
 */
final class PipeStream extends InputStream {
    private static final int CHUNK_SIZE = 1 << 16;
    private static final int CHUNKS = 64;
    private static final byte[] END = {};

    private final InputStream in;
    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread thread;
    private volatile @Nullable IOException failure;
    private byte[] chunk = END;
    private int at;
    private boolean ended;

    PipeStream(InputStream in, String name) {
        this.in = in;
        this.thread = new Thread(this::pump, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void pump() {
        try {
            byte[] buffer = new byte[CHUNK_SIZE];
            int got = in.read(buffer);
            while (got >= 0) {
                if (got > 0) {
                    chunks.put(java.util.Arrays.copyOf(buffer, got));
                }
                got = in.read(buffer);
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            chunks.put(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        if (ended) {
            return -1;
        }
        if (at == chunk.length) {
            byte[] next = chunks.poll();
            if (next == null) {
                return 0;
            }
            if (next.length == 0) {
                ended = true;
                IOException cause = failure;
                if (cause != null) {
                    throw cause;
                }
                return -1;
            }
            chunk = next;
            at = 0;
        }
        int count = Math.min(length, chunk.length - at);
        System.arraycopy(chunk, at, to, from, count);
        at += count;
        return count;
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException("a byte at a time cannot say: nothing yet");
    }

    @Override
    public void close() throws IOException {
        thread.interrupt();
        in.close();
    }
}
