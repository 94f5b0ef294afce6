package dev.iputrace.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Says on stderr when a write fails, once, and remembers it: a PrintStream keeps that to itself. A reader that has left
 * is no failure. What is written after one goes nowhere.
 */
final class CarefulStream extends FilterOutputStream {
    private static final String READER_LEFT = "Broken pipe";

    private final String what;
    private boolean broken;
    private boolean failed;
    private volatile boolean readerLeft;

    /** {@code what} is written, for the message: {@code path=report.txt}. */
    CarefulStream(OutputStream out, String what) {
        super(out);
        this.what = what;
    }

    static CarefulStream stdout() {
        return new CarefulStream(new FileOutputStream(FileDescriptor.out), "stdout");
    }

    /** Line by line. */
    PrintStream print() {
        return new PrintStream(this, true, StandardCharsets.UTF_8);
    }

    /** True when something did not arrive that somebody waits for. */
    boolean failed() {
        return failed;
    }

    /** True when nobody reads any more, as in {@code iputrace live | head}. */
    boolean readerLeft() {
        return readerLeft;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
        try {
            if (!broken) {
                out.write(bytes, from, count);
            }
        } catch (IOException e) {
            lost(e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            lost(e);
        }
    }

    private void lost(IOException e) {
        boolean first = !broken;
        broken = true;
        if (READER_LEFT.equals(e.getMessage())) {
            readerLeft = true;
        } else if (first) {
            failed = true;
            Console.err().println("iputrace: cannot write the report: " + what + ": " + Reason.of(e));
        }
    }
}
