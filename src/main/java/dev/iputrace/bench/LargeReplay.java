package dev.iputrace.bench;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Replays a recording larger than memory should ever matter to, as a user does, and watches the process. */
final class LargeReplay {
    private static final int INODES = 100_000;
    private static final long POLL_MS = 20;

    /**
     * What the process needed.
     *
     * @param seconds by the clock, its start included
     * @param rssKib VmHWM: the most that was resident; the page cache is not in it
     */
    record Result(long bytes, long events, double seconds, long rssKib) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "replay of %.1f GiB, %,d events: %.1f s by the clock, %.1f M events/s, %d MiB resident at most",
                    bytes / (double) (1 << 30),
                    events,
                    seconds,
                    events / seconds / 1e6,
                    rssKib >> 10);
        }
    }

    private LargeReplay() {}

    /** Of less than the options say where the disk has not three times the room. */
    static Result run(SpeedOptions options) throws IOException {
        try (Scratch scratch = new Scratch()) {
            long bytes = Math.min(options.largeBytes(), scratch.freeBytes() / 3);
            TraceData data = new TraceData(INODES, bytes / CellLayout.CELL_SIZE - INODES, 0);
            options.progress().accept("recording " + (bytes >> 20) + " MiB");
            Path recording = scratch.fresh("large");
            try (Recorder recorder = new Recorder(recording, RigProvenance.of(), RecorderOptions.UNBOUNDED)) {
                data.feed(recorder);
            }
            options.progress().accept("replaying it");
            return replay(options.self(), recording, data.made(), bytes);
        }
    }

    private static Result replay(List<String> self, Path recording, long events, long bytes) throws IOException {
        List<String> command = new ArrayList<>(self);
        command.addAll(List.of("replay", recording.toString()));
        long startNs = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        long rssKib = 0;
        try {
            while (process.isAlive()) {
                rssKib = Math.max(rssKib, rssKib(status));
                Thread.sleep(POLL_MS);
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new BenchException("bench: replay failed: exit=" + process.exitValue() + ": " + output);
            }
            return new Result(bytes, events, seconds, rssKib);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("bench: interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** 0 when the process is gone. */
    private static long rssKib(Path status) {
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }
}
