package dev.iputrace.trace.text;

import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A text trace read to its end. */
record Imports(List<String> cells, Provenance provenance) {
    static Imports of(String text) throws IOException {
        return of(text, ImportOptions.NONE);
    }

    static Imports of(String text, ImportOptions options) throws IOException {
        return read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), options);
    }

    static Imports sample(String name) throws IOException {
        return sample(name, ImportOptions.NONE);
    }

    static Imports sample(String name, ImportOptions options) throws IOException {
        return read(Objects.requireNonNull(Imports.class.getResourceAsStream("/traces/" + name)), options);
    }

    private static Imports read(InputStream in, ImportOptions options) throws IOException {
        List<String> cells = new ArrayList<>();
        try (TextSource source = new TextSource(in, -1, options)) {
            while (source.drain(cell -> cells.add(text(cell))) != EventSource.END) {}
            return new Imports(cells, source.provenance());
        }
    }

    long count(Op op) {
        return cells.stream().filter(cell -> cell.startsWith(op.label() + " ")).count();
    }

    /** {@code iput 8.679560000 cpu1 tid148 inode=... i_count=2 ...}. */
    private static String text(EventView cell) {
        Op op = Objects.requireNonNull(Op.of(cell.op()));
        String head = "%s %d.%09d cpu%d"
                .formatted(op.label(), cell.tsNs() / 1_000_000_000, cell.tsNs() % 1_000_000_000, cell.cpu());
        if (cell.op() == OpCode.LOSS) {
            return head + " stage=" + cell.flags() + " lost=" + cell.word(0);
        }
        if (cell.op() == OpCode.STACK) {
            return head + " " + cell.flags() + " " + Long.toHexString(cell.word(0)) + " "
                    + Long.toHexString(cell.word(1));
        }
        if (cell.op() == OpCode.MARK) {
            return head;
        }
        return "%s tid%d inode=%x io_end=%x i_ino=%d i_count=%d i_state=%x flags=%s caller=%x"
                .formatted(
                        head,
                        cell.tid(),
                        cell.inode(),
                        cell.ioEnd(),
                        cell.iIno(),
                        cell.iCount(),
                        cell.iState(),
                        Flag.names(cell.flags()),
                        cell.caller());
    }
}
