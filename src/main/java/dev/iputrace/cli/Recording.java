package dev.iputrace.cli;

import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Provenance;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecordingThread;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an observation, beside it. A real kernel does not wait, so its events go to the disk on a thread of
 * their own; a simulated one does, and nothing of it is dropped.
 */
final class Recording implements KeepOptions.Keeping {
    private final Path directory;
    private final EventSource source;
    private final Recorder recorder;
    private final @Nullable KeptSymbols symbols;
    private final @Nullable RecordingThread thread;
    private Provenance described;
    private boolean told;
    private boolean closed;

    Recording(Path directory, EventSource source, Recorder recorder, @Nullable KeptSymbols symbols, boolean live) {
        this.directory = directory;
        this.source = source;
        this.recorder = recorder;
        this.symbols = symbols;
        this.thread = live ? new RecordingThread(recorder) : null;
        this.described = source.provenance();
    }

    /** Every cell goes here, too. */
    @Override
    public Consumer<Summary> follow(Session session, Consumer<Summary> progress) {
        session.tap(thread != null ? thread : recorder);
        return summary -> {
            progress.accept(summary);
            tick();
        };
    }

    /** Once a second: what was seen goes on to the disk, and so does what became known of the source. */
    private void tick() {
        if (thread != null) {
            thread.handOver();
        } else {
            recorder.idle();
        }
        describe();
        String problem = recorder.problem();
        if (problem != null && !told) {
            told = true;
            Console.err().println("iputrace: " + problem + "; watching goes on");
        }
    }

    private void describe() {
        Provenance now = source.provenance();
        if (now != described) {
            described = now;
            if (thread != null) {
                thread.describe(now);
            } else {
                recorder.describe(now);
            }
        }
    }

    /** Keeps what is still on its way, and says what was kept. Before the source is closed. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        describe();
        if (thread != null) {
            thread.close();
        } else {
            recorder.close();
        }
        if (symbols != null) {
            symbols.close();
        }
        String problem = recorder.problem();
        if (problem == null) {
            Console.err().println("iputrace: recorded into " + directory + ": " + recorder.recorded() + " cells");
        } else if (!told) {
            Console.err().println("iputrace: " + problem);
        }
        if (thread != null && thread.dropped() > 0) {
            Console.err().println("iputrace: the disk was too slow: " + thread.dropped() + " cells not recorded");
        }
    }
}
