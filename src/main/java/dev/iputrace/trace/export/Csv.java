package dev.iputrace.trace.export;

import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.io.IOException;
import java.io.OutputStream;

/** A head line, then a line per cell (RFC 4180, lines end with a line feed). */
public final class Csv implements Exporter {
    private static final String HEAD =
            "ts_ns,op,cpu,seq,tid,inode,i_ino,s_dev,i_count,i_state,flags,io_end,caller,text\n";

    private final TextWriter out;

    public Csv(OutputStream out) {
        this.out = new TextWriter(out);
        this.out.text(HEAD);
    }

    @Override
    public void cell(EventView cell) {
        out.unsigned(cell.tsNs()).put(',').text(CellText.op(cell.op())).put(',');
        out.number(cell.cpu()).put(',');
        if (cell.op() < OpCode.FIRST_COMPANION) {
            event(cell);
        } else {
            out.text(",,,,,,,,,,");
            quoted(CellText.companion(cell));
        }
        out.put('\n');
    }

    private void event(EventView cell) {
        out.number(cell.seq() & 0xffffffffL).put(',').number(cell.tid() & 0xffffffffL);
        out.put(',').hex(cell.inode()).put(',').unsigned(cell.iIno());
        out.put(',').text(CellText.dev(cell.sDev())).put(',').number(cell.iCount());
        out.put(',').hex(cell.iState() & 0xffffffffL).put(',').text(Flag.names(cell.flags()));
        out.put(',').hex(cell.ioEnd()).put(',').hex(cell.caller()).put(',');
    }

    /** A name from a stranger must not start a formula in a spreadsheet either. */
    private void quoted(String text) {
        out.put('"');
        if (!text.isEmpty() && "=+-@\t".indexOf(text.charAt(0)) >= 0) {
            out.put('\'');
        }
        out.text(text.replace("\"", "\"\"")).put('"');
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
