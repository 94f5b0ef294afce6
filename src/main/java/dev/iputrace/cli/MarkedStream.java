package dev.iputrace.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Puts a mark at the begin of each line, so that no line can be taken for one about this host's kernel. */
final class MarkedStream extends FilterOutputStream {
    static final String SIMULATED = "SIMULATED ";

    private final byte[] mark = SIMULATED.getBytes(StandardCharsets.UTF_8);
    private boolean atBegin = true;

    private MarkedStream(OutputStream out) {
        super(out);
    }

    static PrintStream of(PrintStream out) {
        return new PrintStream(new MarkedStream(out), true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) throws IOException {
        if (atBegin) {
            out.write(mark);
        }
        out.write(b);
        atBegin = b == '\n';
    }
}
