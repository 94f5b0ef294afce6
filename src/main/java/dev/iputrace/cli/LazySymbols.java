package dev.iputrace.cli;

import dev.iputrace.report.Kallsyms;
import dev.iputrace.report.Symbols;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Reads the symbols in the background, as that takes longer than attaching; the first name asked for waits. */
final class LazySymbols implements Symbols {
    private final CompletableFuture<Symbols> loaded = new CompletableFuture<>();

    /** A file that cannot be read gives addresses. */
    LazySymbols(Path path) {
        Thread thread = new Thread(() -> loaded.complete(read(path)), "kallsyms");
        thread.setDaemon(true);
        thread.start();
    }

    private static Symbols read(Path path) {
        try {
            return Kallsyms.read(path);
        } catch (IOException e) {
            return Symbols.none();
        }
    }

    @Override
    public String symbol(long address) {
        return loaded.join().symbol(address);
    }

    /** What is known by now: addresses until all is read. For those who cannot wait. */
    Symbols known() {
        return address -> loaded.getNow(Symbols.none()).symbol(address);
    }

    @Override
    public String function(long address) {
        return loaded.join().function(address);
    }
}
