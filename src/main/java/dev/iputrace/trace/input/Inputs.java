package dev.iputrace.trace.input;

import dev.iputrace.event.EventSource;
import dev.iputrace.trace.TraceFormatException;
import dev.iputrace.trace.ctf.RecordingSource;
import dev.iputrace.trace.text.ImportOptions;
import dev.iputrace.trace.text.TextSource;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Opens whatever holds events, by its content: a recording, a stream of the agent, a text trace; gzipped, too. */
public final class Inputs {
    /** Standard input. */
    public static final String PIPE = "-";

    private static final int SNIFFED = 64;

    /** The standard input that somebody reads or has read. */
    private static final AtomicReference<@Nullable InputStream> TAKEN = new AtomicReference<>();

    private Inputs() {}

    private static InputStream stdin() throws IOException {
        InputStream stdin = System.in;
        if (TAKEN.getAndSet(stdin) == stdin) {
            throw new IOException("stdin was read already, and can be read once: path=" + PIPE);
        }
        return stdin;
    }

    /**
     * Opens a path, or {@code -}.
     *
     * @throws TraceFormatException when it is nothing that can be read, with the command that would turn it into such
     * @throws IOException when it cannot be read at all
     */
    public static EventSource open(String name, ImportOptions options) throws IOException {
        if (name.equals(PIPE)) {
            return open(new PipeStream(stdin(), "stdin"), name, -1, options);
        }
        Path path = Path.of(name);
        if (Files.isDirectory(path)) {
            return new RecordingSource(path);
        }
        Path parent = path.toAbsolutePath().getParent();
        if (path.endsWith("metadata") && parent != null) {
            return new RecordingSource(parent);
        }
        if (!Files.exists(path)) {
            throw new IOException("no such file: path=" + name);
        }
        return open(new FileInputStream(path.toFile()), name, Files.size(path), options);
    }

    /**
     * The stream of an agent that runs now. Waits for its head, and never blocks after that.
     *
     * @throws TraceFormatException when this is no such stream
     */
    public static EventSource openStream(InputStream in) throws IOException {
        return new RawStreamSource(new PipeStream(in, "stream reader"), -1);
    }

    private static EventSource open(InputStream in, String name, long size, ImportOptions options) throws IOException {
        PushbackInputStream rest = new PushbackInputStream(in, SNIFFED);
        byte[] head = sniff(rest);
        if (startsWith(head, 0x1f, 0x8b)) {
            InputStream blocking = size < 0 ? new WaitingStream(rest) : rest;
            return open(new PipeStream(gunzip(blocking, name), "gunzip"), name, -1, options);
        }
        if (head.length == 0) {
            throw new TraceFormatException("empty input: path=" + name);
        }
        refuseKnownBinary(head, name);
        byte[] own = RawStreamSource.FIRST_LINE.getBytes(StandardCharsets.US_ASCII);
        if (head.length >= own.length && Arrays.equals(own, Arrays.copyOf(head, own.length))) {
            return new RawStreamSource(rest, size);
        }
        return new TextSource(rest, size, options).orRefuse(name);
    }

    private static InputStream gunzip(InputStream in, String name) {
        try {
            return new GunzipStream(in);
        } catch (IOException e) {
            throw new TraceFormatException("gzip: cut or damaged at its start: path=" + name, e);
        }
    }

    private static byte[] sniff(PushbackInputStream in) throws IOException {
        byte[] head = new byte[SNIFFED];
        int size = 0;
        int got = 0;
        while (size < SNIFFED && got >= 0) {
            got = in.read(head, size, SNIFFED - size);
            size += Math.max(got, 0);
            if (got == 0) {
                WaitingStream.pause();
            }
        }
        in.unread(head, 0, size);
        return Arrays.copyOf(head, size);
    }

    private static void refuseKnownBinary(byte[] head, String name) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("PERFILE2")) {
            throw new TraceFormatException("perf.data is not read itself: perf script --ns -F comm,pid,tid,cpu,time,"
                    + "event,trace -i " + name + " | iputrace replay -");
        }
        if (text.startsWith("\u0017\bDtracing")) {
            throw new TraceFormatException(
                    "trace.dat is not read itself: trace-cmd report -t -i " + name + " | iputrace replay -");
        }
        if (startsWith(head, 0xC1, 0x1F, 0xFC, 0xC1)) {
            throw new TraceFormatException("a stream of a recording: give its directory instead of path=" + name);
        }
    }

    private static boolean startsWith(byte[] head, int... want) {
        for (int i = 0; i < want.length; i++) {
            if (i >= head.length || (head[i] & 0xff) != want[i]) {
                return false;
            }
        }
        return true;
    }
}
