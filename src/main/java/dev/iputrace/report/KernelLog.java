package dev.iputrace.report;

import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.model.Rule;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;

/**
 * Lines into the kernel's own log (/dev/kmsg): they reach the console, netconsole and pstore, and so survive a panic.
 * A flood is cut: the log belongs to everybody.
 */
public final class KernelLog implements AutoCloseable {
    private static final int LINES_PER_SECOND = 5;
    /** KERN_CRIT: on the console at every usual console_loglevel. */
    private static final String PRIORITY = "<2>";

    private final OutputStream out;
    private final ArrayDeque<String> pending = new ArrayDeque<>();
    private long secondStartNs;
    private int linesThisSecond;
    private long withheld;

    /** @throws IOException when the file cannot be opened for writing: not root, or no such device */
    public KernelLog(Path path) throws IOException {
        out = Files.newOutputStream(path, StandardOpenOption.WRITE);
    }

    /** One line of at most 400 bytes for an event that breaks these rules ({@link Rule#bit} set). */
    void violation(EventView event, int broken) {
        if (!mayWrite()) {
            withheld++;
            return;
        }
        String line = line(event, broken, withheld);
        withheld = 0;
        pending.add(line);
    }

    /** Writes the lines so far. */
    void flush() {
        for (String line = pending.poll(); line != null; line = pending.poll()) {
            try {
                out.write(line.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                withheld++; // The kernel limits writers too (printk_devkmsg): the next line says how many are missing.
            }
        }
    }

    static String line(EventView event, int broken, long notShown) {
        Rule first = first(broken);
        return String.format(
                "%siputrace: VIOLATION %s %s dev=%s ino=%s inode=0x%x i_count=%d i_state=0x%x %s tid=%d cpu=%d%s%n",
                PRIORITY,
                first.id(),
                first.title(),
                Names.dev(event.sDev()),
                Long.toUnsignedString(event.iIno()),
                event.inode(),
                event.iCount(),
                event.iState(),
                Flag.names(event.flags() & ~Flag.BROKEN_RULE),
                event.tid(),
                event.cpu(),
                notShown == 0 ? "" : " (" + notShown + " more not shown)");
    }

    private static Rule first(int broken) {
        for (Rule rule : Rule.values()) {
            if ((broken & rule.bit()) != 0) {
                return rule;
            }
        }
        throw new IllegalArgumentException("no rule in the set " + broken);
    }

    private boolean mayWrite() {
        long now = System.nanoTime();
        if (now - secondStartNs > 1_000_000_000L) {
            secondStartNs = now;
            linesThisSecond = 0;
        }
        return linesThisSecond++ < LINES_PER_SECOND;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
