package dev.iputrace.trace.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.iputrace.event.EventSource;
import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The licence of the text reader's hot path to be ugly. */
class TextAllocationTest {
    private static final int COPIES = 20_000;

    /** Of all kinds of events, with a value that is none in each copy: the first flaw is kept, the others counted. */
    @Test
    void linesOfEventsAllocateNothing() throws Exception {
        String events = CleanTrace.TEXT
                .replaceAll("(?m)^#.*\n", "")
                .replace("(ihold+0x0/0x50) inode=0xff10", "(ihold+0x0/0x50) inode=0xff10 i_state=(fault)");
        byte[] text = events.repeat(COPIES).getBytes(StandardCharsets.US_ASCII);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int[] cells = new int[1];

        try (TextSource source = new TextSource(new ByteArrayInputStream(text), text.length, ImportOptions.NONE)) {
            source.drain(cell -> cells[0]++);
            long before = threads.getCurrentThreadAllocatedBytes();
            while (source.drain(cell -> cells[0]++) != EventSource.END) {}
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            // An object per line would be 4 MB and more.
            assertThat(allocated).isLessThan(20_000);
            assertThat(source.provenance().get("incomplete.fields")).startsWith(COPIES + " events lack a field");
        }
        assertThat(cells[0]).isGreaterThan(10 * COPIES);
    }
}
