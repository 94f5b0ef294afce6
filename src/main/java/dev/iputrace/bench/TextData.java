package dev.iputrace.bench;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The puts and grabs of {@link TraceData} as trace_pipe prints them, a line each; grabs as ihold: one line, too. */
final class TextData implements EventSink {
    private final OutputStream out;
    private final StringBuilder line = new StringBuilder(256);
    private long lines;

    private TextData(OutputStream out) {
        this.out = out;
    }

    /** Returns the number of lines. */
    static long write(TraceData data, Path path) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 20)) {
            TextData text = new TextData(out);
            data.feed(text);
            return text.lines;
        }
    }

    @Override
    public void cell(EventView cell) {
        int op = cell.op();
        if ((op != OpCode.IPUT && op != OpCode.IGRAB) || (cell.flags() & Flag.REFUSED) != 0) {
            return;
        }
        String name = op == OpCode.IPUT ? "iput" : "ihold";
        long tsUs = cell.tsNs() / 1000;
        String fraction = Long.toString(1_000_000 + tsUs % 1_000_000);
        line.setLength(0);
        line.append("          stress-").append(cell.tid()).append("     [00").append(cell.cpu());
        line.append("] .....   ").append(tsUs / 1_000_000).append('.').append(fraction, 1, 7);
        line.append(": ").append(name).append(": (").append(name).append("+0x0/0x220) inode=0x");
        line.append(Long.toHexString(cell.inode())).append(" i_count=").append(cell.iCount());
        line.append(" i_state=0x").append(Integer.toHexString(cell.iState()));
        line.append(" i_ino=").append(cell.iIno()).append('\n');
        lines++;
        try {
            out.write(line.toString().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
