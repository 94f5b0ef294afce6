package dev.iputrace.trace.ctf;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** babeltrace2, the reference reader, under a memory limit: on a packet of size 0 version 2.0.4 grows without end. */
record Babeltrace(int exitCode, List<String> lines, String errors) {
    static Babeltrace read(Path directory, String... options) throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/babeltrace2")),
                "babeltrace2 is not installed: recordings are not read by the reference reader");
        Path errors = Files.createTempFile("babeltrace", ".err");
        String command = "ulimit -v 2000000; exec babeltrace2 --names=none --clock-cycles " + String.join(" ", options)
                + " " + directory;
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectError(errors.toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        String errorText = Files.readString(errors);
        Files.delete(errors);
        return new Babeltrace(process.exitValue(), output.lines().toList(), errorText);
    }
}
