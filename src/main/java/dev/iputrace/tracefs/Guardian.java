package dev.iputrace.tracefs;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Outlives this process by a moment: a shell that reads from a pipe which only we hold. However we die, the pipe
 * closes, and it removes our instances and probes. It ignores what a terminal sends to all of us.
 */
final class Guardian implements AutoCloseable {
    private static final int FAREWELL_S = 5;
    private static final String SETSID = "/usr/bin/setsid";

    /** Instances are busy until the dying process has closed their files: so it tries again. */
    private static final String SCRIPT = """
            trap '' HUP INT QUIT TERM PIPE
            cd / || exit
            while read -r line; do :; done
            tries=0
            while [ $tries -lt 200 ]; do
                left=0
                for instance in "$1/instances/$2" "$1/instances/$2_rare"; do
                    [ -d "$instance" ] || continue
                    echo 0 >"$instance/events/$2/enable"
                    rmdir "$instance" || left=1
                done
                for event in "$1/events/$2"/*/; do
                    [ -d "$event" ] || continue
                    event=${event%/}
                    echo "-:$2/${event##*/}" >>"$1/kprobe_events" || left=1
                done
                [ $left = 0 ] && exit
                tries=$((tries + 1))
                sleep 0.02
            done
            """;

    private final Process shell;
    private final OutputStream pipe;

    Guardian(Path tracefs, String group) {
        try {
            List<String> command = new ArrayList<>();
            if (Files.isExecutable(Path.of(SETSID))) {
                command.add(SETSID); // what kills our process group does not kill it
            }
            command.addAll(List.of("sh", "-c", SCRIPT, "iputrace-guardian", tracefs.toString(), group));
            shell = new ProcessBuilder(command)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            pipe = shell.getOutputStream();
        } catch (IOException e) {
            throw new TracefsException(
                    "cannot start sh, which cleans up when iputrace is killed: " + e.getMessage(), e);
        }
    }

    /** Lets it end; it finds nothing to remove when all is removed already. */
    @Override
    public void close() {
        try {
            pipe.close();
            if (!shell.waitFor(FAREWELL_S, TimeUnit.SECONDS)) {
                shell.destroyForcibly();
            }
        } catch (IOException e) {
            shell.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
