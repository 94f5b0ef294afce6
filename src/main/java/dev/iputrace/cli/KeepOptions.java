package dev.iputrace.cli;

import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSource;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** For commands that watch, and may keep what they see. */
final class KeepOptions {
    @Option(
            names = "--record",
            paramLabel = "DIR",
            description = "Also keep every event in a recording, as iputrace record does.")
    @Nullable
    Path directory;

    @Mixin
    private RecordOptions limits = new RecordOptions();

    /** Nothing to keep: what {@link #start} returns without {@code --record}. */
    private static final Keeping NOTHING = new Keeping() {
        @Override
        public Consumer<Summary> follow(Session session, Consumer<Summary> progress) {
            return progress;
        }

        @Override
        public void close() {}
    };

    /** A recording, or none. */
    interface Keeping extends AutoCloseable {
        /** The session's listener, made of {@code progress}. */
        Consumer<Summary> follow(Session session, Consumer<Summary> progress);

        @Override
        void close();
    }

    /** As {@link RecordOptions#start}, where something is to be kept. */
    Keeping start(EventSource source, boolean live, KeptSymbols.@Nullable From kallsyms) {
        if (directory == null && limits.given()) {
            throw new CommandException(
                    ExitCode.USAGE, "--max-size, --rotate and --sync are of --record, which is missing");
        }
        return directory == null ? NOTHING : limits.start(directory, source, live, kallsyms);
    }
}
