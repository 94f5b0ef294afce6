package dev.iputrace.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Outlet;
import dev.iputrace.event.UrgentSink;
import dev.iputrace.model.Rule;
import dev.iputrace.model.StatelessRules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What must outlive a panic: each broken rule and each refusal inside ext4_init_io_end, as a JSON line that is on the
 * disk before anything slow is done, and as a line in the kernel's log. For sources that do not do so themselves
 * ({@link dev.iputrace.event.EventSource#putOut}); a finding with all its explanations follows in the report.
 *
 * <p>Lines: {@code {"schema":"iputrace.evidence/1","event":"iput","rules":["R2"],"ts_ns":"..","cpu":..,"inode":"0x..",
 * "dev":"8:1","i_ino":"..","i_count":..,"i_state":"0x..","flags":"..","io_end":"0x..","tid":..,"comm":"..",
 * "stack":["ext4_free_io_end+0x17/0x40 [ext4]",..]}}. The file is made when the first line comes.
 */
public final class EvidenceLog implements UrgentSink, Outlet, AutoCloseable {
    private static final int INTERESTING = Flag.BROKEN_RULE | Flag.REFUSED;

    private final @Nullable Path path;
    private final @Nullable KernelLog kernelLog;
    private final Symbols symbols;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final JsonGenerator json;
    private @Nullable FileChannel file;
    private @Nullable String failure;
    private boolean open;
    private boolean inStack;
    private long oldestNs;
    private long written;
    private long delayNsMax;

    /**
     * Opens nothing yet.
     *
     * @param path null for no file
     * @param kernelLog null for none
     */
    public EvidenceLog(@Nullable Path path, @Nullable KernelLog kernelLog, Symbols symbols) {
        this.path = path;
        this.kernelLog = kernelLog;
        this.symbols = symbols;
        try {
            json = new JsonFactory().createGenerator(lines).setRootValueSeparator(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes and throws away a line for this event: the first real one must not wait for classes to be loaded, when the
     * machine may have milliseconds left.
     */
    public void warmUp(EventView cell) {
        try {
            startLine(cell, Rule.R2.bit());
            open = true;
            finishLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        KernelLog.line(cell, Rule.R2.bit(), 0);
        lines.reset();
        written = 0;
    }

    @Override
    public void cell(EventView cell) {
        try {
            if (cell.op() < OpCode.FIRST_COMPANION) {
                finishLine();
                event(cell);
            } else if (open) {
                companion(cell);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void event(EventView cell) throws IOException {
        int flags = cell.flags();
        if ((flags & INTERESTING) == 0) {
            return;
        }
        int broken = StatelessRules.broken(cell);
        if (broken == 0 && (flags & Flag.IN_IO_END_INIT) == 0) {
            return;
        }
        if (broken != 0 && kernelLog != null) {
            kernelLog.violation(cell, broken);
        }
        if (path == null || failure != null) {
            return;
        }
        open = true;
        oldestNs = oldestNs == 0 ? cell.tsNs() : oldestNs;
        startLine(cell, broken);
    }

    private void startLine(EventView cell, int broken) throws IOException {
        json.writeStartObject();
        json.writeStringField("schema", "iputrace.evidence/1");
        json.writeStringField("event", Names.op(cell.op()));
        json.writeArrayFieldStart("rules");
        for (Rule rule : Rule.values()) {
            if ((broken & rule.bit()) != 0) {
                json.writeString(rule.id());
            }
        }
        json.writeEndArray();
        json.writeStringField("ts_ns", Long.toString(cell.tsNs()));
        json.writeNumberField("cpu", cell.cpu());
        json.writeStringField("inode", Symbols.hex(cell.inode()));
        json.writeStringField("dev", Names.dev(cell.sDev()));
        json.writeStringField("i_ino", Long.toUnsignedString(cell.iIno()));
        json.writeNumberField("i_count", cell.iCount());
        json.writeStringField("i_state", Symbols.hex(cell.iState() & 0xffffffffL));
        json.writeStringField("flags", Flag.names(cell.flags()));
        json.writeStringField("io_end", Symbols.hex(cell.ioEnd()));
        json.writeNumberField("tid", cell.tid());
    }

    private void companion(EventView cell) throws IOException {
        if (cell.op() == OpCode.COMM) {
            json.writeStringField("comm", comm(cell));
        } else if (cell.op() == OpCode.STACK) {
            if (!inStack) {
                json.writeArrayFieldStart("stack");
                inStack = true;
            }
            for (int i = 0; i < 6 && cell.word(i) != 0; i++) {
                json.writeString(symbols.symbol(cell.word(i)));
            }
        }
    }

    private static String comm(EventView cell) {
        byte[] bytes = new byte[16];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(cell.word(0))
                .putLong(cell.word(1));
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void finishLine() throws IOException {
        if (!open) {
            return;
        }
        if (inStack) {
            json.writeEndArray();
        }
        json.writeEndObject();
        json.flush();
        lines.write('\n');
        open = false;
        inStack = false;
        written++;
    }

    /**
     * Puts the lines so far onto the disk; returns when they are durable. A full disk ends the file and not the
     * observation: {@link #failure} then says why.
     */
    @Override
    public void flush() {
        if (open || lines.size() > 0) {
            writeLines();
        }
        // After the disk: a serial console takes longer for one line than a disk for many.
        if (kernelLog != null) {
            kernelLog.flush();
        }
    }

    private void writeLines() {
        try {
            finishLine();
            if (file == null && path != null) {
                file = FileChannel.open(
                        path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            }
            if (file != null) {
                ByteBuffer bytes = ByteBuffer.wrap(lines.toByteArray());
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(false);
            }
            delayNsMax = Math.max(delayNsMax, System.nanoTime() - oldestNs);
        } catch (IOException e) {
            failure = "evidence: cannot write: path=" + path + ": " + e.getMessage();
        }
        lines.reset();
        oldestNs = 0;
    }

    @Override
    public long lines() {
        return written;
    }

    @Override
    public long delayNsMax() {
        return delayNsMax;
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public void close() {
        flush();
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            failure = "evidence: cannot close: path=" + path + ": " + e.getMessage();
        }
    }
}
