package dev.iputrace.fuzz;

import dev.iputrace.event.EventSource;
import dev.iputrace.trace.text.ImportOptions;
import dev.iputrace.trace.text.TextSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Any bytes are a text trace; and they mean the same in whatever pieces they come through a pipe. */
public final class TextFuzz {
    private static final ImportOptions OPTIONS =
            new ImportOptions(Map.of("my_put", "iput"), Map.of("i_count", "xyz"), "6.1.0", List.of());

    private TextFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        Drained whole = read(new ByteArrayInputStream(data), data.length);
        Drained pieces = read(new Pieces(data), -1);

        if (whole.cells() > data.length + 1) {
            throw new AssertionError("cells out of nothing: bytes=" + data.length + ", cells=" + whole.cells());
        }
        if (whole.hash() != pieces.hash()) {
            throw new AssertionError("pieces differ: cells=" + whole.cells() + ", in pieces=" + pieces.cells());
        }
        if (!whole.provenance().entries().equals(pieces.provenance().entries())) {
            throw new AssertionError("provenance differs: " + whole.provenance().entries() + ", in pieces="
                    + pieces.provenance().entries());
        }
    }

    private static Drained read(InputStream in, long size) throws IOException {
        try (EventSource source = new TextSource(in, size, OPTIONS)) {
            return Drained.of(source);
        }
    }

    /** A pipe: few bytes at a time, sometimes none. */
    private static final class Pieces extends ByteArrayInputStream {
        private final Random random = new Random(1);

        Pieces(byte[] data) {
            super(data);
        }

        @Override
        public synchronized int read(byte[] to, int from, int length) {
            int piece = Math.min(length, random.nextInt(64));
            return piece == 0 ? 0 : super.read(to, from, piece);
        }
    }
}
