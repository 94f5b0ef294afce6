package dev.iputrace.cli;

import dev.iputrace.event.EventSource;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import dev.iputrace.trace.ctf.RecordingThread;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How large a recording may become. */
final class RecordOptions {
    @Option(
            names = "--max-size",
            paramLabel = "BYTES",
            converter = Bytes.class,
            defaultValue = "0",
            description = "The recording takes no more than this; K, M, G. It then ends, or with --rotate forgets its"
                    + " oldest part. Default: no limit.")
    long bytesMax;

    @Option(
            names = "--rotate",
            paramLabel = "PARTS",
            defaultValue = "1",
            description = "Keep the newest of --max-size in this many parts: for days of watching.")
    int parts;

    @Option(names = "--sync", description = "Force the recording to the disk four times a second.")
    boolean sync;

    RecordingThread start(Path directory, EventSource source) {
        try {
            RecorderOptions options = new RecorderOptions(bytesMax == 0 ? Long.MAX_VALUE : bytesMax, parts, sync);
            return new RecordingThread(new Recorder(directory, source.provenance(), options));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandException(ExitCode.INTERNAL, String.valueOf(e.getMessage()));
        }
    }
}
