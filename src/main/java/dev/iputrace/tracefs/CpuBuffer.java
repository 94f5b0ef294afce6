package dev.iputrace.tracefs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The ring buffer of one CPU in one instance: {@code per_cpu/cpuN/stats} says how many events wait and how many were
 * lost, {@code trace_pipe_raw} hands them over by the page. Reading an empty one would block, so it is asked first.
 */
final class CpuBuffer implements AutoCloseable {
    private static final int STATS_SIZE = 1024;

    private final Path rawPath;
    private final ReadWatch watch;
    private final FileChannel stats;
    private final ByteBuffer statsText = ByteBuffer.allocateDirect(STATS_SIZE);
    private FileChannel raw;
    private long lost;

    CpuBuffer(Path cpuDir, ReadWatch watch) {
        rawPath = cpuDir.resolve("trace_pipe_raw");
        this.watch = watch;
        try {
            stats = FileChannel.open(cpuDir.resolve("stats"), StandardOpenOption.READ);
            raw = FileChannel.open(rawPath, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new TracefsException("cannot read " + cpuDir + ": " + e.getMessage(), e);
        }
    }

    /** Events that wait to be read; also learns what was lost. 0 when the kernel does not answer. */
    long poll() {
        statsText.clear();
        try {
            stats.read(statsText, 0);
        } catch (IOException e) {
            return 0;
        }
        statsText.flip();
        long entries = 0;
        long lostNow = 0;
        int at = 0;
        while (at < statsText.limit()) {
            int colon = find(':', at);
            int end = find('\n', at);
            long value = number(colon + 1, end);
            switch (statsText.get(at)) {
                case 'e' -> entries = value; // entries
                case 'c', 'd' -> lostNow += value; // commit overrun, dropped events
                case 'o' -> lostNow += at + 1 < end && statsText.get(at + 1) == 'v' ? value : 0; // overrun
                default -> {}
            }
            at = end + 1;
        }
        lost = Math.max(lost, lostNow);
        return entries;
    }

    private int find(char wanted, int from) {
        int at = from;
        while (at < statsText.limit() && statsText.get(at) != wanted) {
            at++;
        }
        return at;
    }

    private long number(int from, int end) {
        long value = 0;
        for (int at = from; at < end; at++) {
            byte c = statsText.get(at);
            if (c >= '0' && c <= '9') {
                value = value * 10 + c - '0';
            } else if (c != ' ') {
                break;
            }
        }
        return value;
    }

    /** Events of this CPU that found no room, since the beginning. */
    long lost() {
        return lost;
    }

    /**
     * Reads the next page.
     *
     * @return bytes, 0 when there is none after all
     */
    int read(ByteBuffer page) {
        page.clear();
        try {
            watch.begin(raw);
            return Math.max(0, raw.read(page));
        } catch (ClosedChannelException e) {
            reopen(); // the watch closed it, before the read or in it
            return 0;
        } catch (IOException e) {
            return 0;
        } finally {
            watch.end();
        }
    }

    private void reopen() {
        try {
            raw = FileChannel.open(rawPath, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new TracefsException("cannot read " + rawPath + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        close(stats);
        close(raw);
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Only read from: nothing can be lost by that.
        }
    }
}
