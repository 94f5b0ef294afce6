package dev.iputrace.cli;

import dev.iputrace.sim.kernel.Symbols;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.StringReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the recorded kernel, kept beside a recording: its addresses mean nothing on another host, nor on
 * this one after the next boot, and those of our own programs are gone when the recording ends. Hidden, so that other
 * readers of the directory do not take it for a stream; about 1 MB.
 */
final class KeptSymbols implements AutoCloseable {
    private static final String FILE = ".kallsyms.gz";
    private static final String UNFINISHED = ".kallsyms.part";
    /** Types of functions, as nm(1) names them: the rest is data. */
    private static final String FUNCTIONS = "tTwW";

    private final Thread thread;

    /** Lines as in /proc/kallsyms. */
    @FunctionalInterface
    interface From {
        BufferedReader open() throws IOException;

        static From file(Path kallsyms) {
            return () -> Files.newBufferedReader(kallsyms, StandardCharsets.ISO_8859_1);
        }

        /** Of a simulated kernel. */
        static From symbols(Symbols symbols) {
            return () -> new BufferedReader(new StringReader(String.join("\n", symbols.kallsyms())));
        }
    }

    /** Copies in the background. What cannot be read or written is left out: a recording is good without names. */
    KeptSymbols(From kallsyms, Path recording) {
        thread = new Thread(() -> copy(kallsyms, recording), "kept-symbols");
        thread.setDaemon(true);
        thread.start();
    }

    /** Symbols of the kernel that this recording is of; null when it has none. */
    static @Nullable Path of(Path recording) {
        Path file = recording.resolve(FILE);
        return Files.isRegularFile(file) ? file : null;
    }

    private static void copy(From kallsyms, Path recording) {
        Path unfinished = recording.resolve(UNFINISHED);
        try {
            if (copyFunctions(kallsyms, unfinished)) {
                Files.move(unfinished, recording.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            unfinished.toFile().delete();
        }
    }

    /** False when the kernel hides all addresses from us. */
    private static boolean copyFunctions(From from, Path to) throws IOException {
        boolean known = false;
        try (BufferedReader lines = from.open();
                Writer out = new BufferedWriter(new OutputStreamWriter(
                        new GZIPOutputStream(Files.newOutputStream(to)), StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int type = line.indexOf(' ') + 1;
                if (type > 0 && type < line.length() && FUNCTIONS.indexOf(line.charAt(type)) >= 0) {
                    known |= line.charAt(0) != '0';
                    out.write(line);
                    out.write('\n');
                }
            }
        }
        return known;
    }

    /** Waits until all is kept. */
    @Override
    public void close() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
