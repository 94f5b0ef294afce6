package dev.iputrace.cli;

import dev.iputrace.event.EventSource;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How large a recording may become. */
final class RecordOptions {
    @Option(
            names = "--max-size",
            paramLabel = "BYTES",
            converter = Bytes.class,
            description = "The recording takes no more than this; K, M, G. It then ends, or with --rotate forgets its"
                    + " oldest part. Default: no limit.")
    @Nullable
    Long bytesMax;

    @Option(
            names = "--rotate",
            paramLabel = "PARTS",
            defaultValue = "1",
            description = "Keep the newest of --max-size in this many parts: for days of watching.")
    int parts;

    @Option(names = "--sync", description = "Force the recording to the disk four times a second.")
    boolean sync;

    boolean given() {
        return bytesMax != null || parts != 1 || sync;
    }

    /**
     * @param live whether the source does not wait
     * @param kallsyms functions of the kernel that is watched; null when they are not known
     */
    Recording start(Path directory, EventSource source, boolean live, KeptSymbols.@Nullable From kallsyms) {
        try {
            RecorderOptions options = new RecorderOptions(bytesMax == null ? Long.MAX_VALUE : bytesMax, parts, sync);
            Recorder recorder = new Recorder(directory, source.provenance(), options);
            KeptSymbols symbols = kallsyms == null ? null : new KeptSymbols(kallsyms, directory);
            return new Recording(directory, source, recorder, symbols, live);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandException(ExitCode.INTERNAL, "cannot record: path=" + directory + ": " + Reason.of(e));
        }
    }
}
