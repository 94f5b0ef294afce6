package dev.iputrace.trace.capture;

import dev.iputrace.trace.TraceFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Any file is BTF, or is refused by name. */
public final class BtfFuzz {
    private BtfFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        Path file = Files.write(Files.createTempFile("iputrace-fuzz", ".btf"), data);
        try {
            Offsets.ofBtf(file);
        } catch (TraceFormatException e) {
            // What it is for.
        } finally {
            Files.delete(file);
        }
    }
}
