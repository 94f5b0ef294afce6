package dev.iputrace.trace.export;

import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import java.io.IOException;
import java.io.OutputStream;

/**
 * One object a line, {@code iputrace.provenance/1} first, then {@code iputrace.event/1}. 64-bit numbers are strings,
 * because a JSON number of most readers has 53 bits.
 */
public final class JsonLines implements Exporter {
    private final TextWriter out;

    public JsonLines(OutputStream out, Provenance provenance) {
        this.out = new TextWriter(out);
        this.out.text("{\"schema\":\"iputrace.provenance/1\"");
        provenance.entries().forEach((key, value) -> {
            this.out.put(',');
            quoted(key);
            this.out.put(':');
            quoted(value);
        });
        this.out.text("}\n");
    }

    @Override
    public void cell(EventView cell) {
        out.text("{\"schema\":\"iputrace.event/1\",\"ts_ns\":\"").unsigned(cell.tsNs());
        out.text("\",\"op\":\"").text(CellText.op(cell.op()));
        out.text("\",\"cpu\":").number(cell.cpu());
        if (cell.op() < OpCode.FIRST_COMPANION) {
            event(cell);
        } else {
            out.text(",\"text\":");
            quoted(CellText.companion(cell));
        }
        out.text("}\n");
    }

    private void event(EventView cell) {
        out.text(",\"seq\":").number(cell.seq() & 0xffffffffL);
        out.text(",\"tid\":").number(cell.tid() & 0xffffffffL);
        out.text(",\"inode\":\"").hex(cell.inode());
        out.text("\",\"io_end\":\"").hex(cell.ioEnd());
        out.text("\",\"i_ino\":\"").unsigned(cell.iIno());
        out.text("\",\"s_dev\":\"").text(CellText.dev(cell.sDev()));
        out.text("\",\"i_count\":").number(cell.iCount());
        out.text(",\"i_state\":\"").hex(cell.iState() & 0xffffffffL);
        out.text("\",\"flags\":\"").text(Flag.names(cell.flags()));
        out.text("\",\"caller\":\"").hex(cell.caller()).put('"');
    }

    /** Names come from strangers: all that is not plain ASCII is escaped. */
    private void quoted(String text) {
        out.put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.put('\\').put(c);
            } else if (c >= ' ' && c < 0x7f && c != '<') {
                out.put(c);
            } else {
                out.text(String.format("\\u%04x", (int) c));
            }
        }
        out.put('"');
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
