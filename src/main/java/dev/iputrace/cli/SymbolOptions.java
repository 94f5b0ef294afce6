package dev.iputrace.cli;

import dev.iputrace.report.Symbols;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where names of kernel functions are. */
final class SymbolOptions {
    private static final Path THIS_HOST = Path.of("/proc/kallsyms");

    @Option(
            names = "--kallsyms",
            paramLabel = "FILE",
            description = "Names of kernel functions, gzipped or not. Default: /proc/kallsyms for this host's kernel,"
                    + " for a recording those that are in it.")
    private @Nullable Path kallsyms;

    /** For this host's kernel. */
    Path local() {
        return kallsyms == null ? THIS_HOST : kallsyms;
    }

    /** For any other kernel: what was given, or null. */
    @Nullable
    Path given() {
        return kallsyms;
    }

    /** To be asked for first: a file that was given must be there. */
    void check() {
        if (kallsyms != null && !Files.isReadable(kallsyms)) {
            throw new CommandException(ExitCode.BAD_INPUT, "cannot read: --kallsyms " + kallsyms);
        }
    }

    /** {@code kallsyms}: null gives addresses. */
    static Symbols read(@Nullable Path kallsyms) {
        return kallsyms == null ? Symbols.none() : new LazySymbols(kallsyms);
    }
}
