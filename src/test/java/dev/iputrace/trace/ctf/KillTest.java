package dev.iputrace.trace.ctf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recorder killed by SIGKILL at a random moment leaves a recording that is whole up to what it had committed. */
class KillTest {
    private static final int KILLS = Integer.getInteger("iputrace.kills", 5);

    private static final String LOSS = " 35 6 ";

    @TempDir
    Path folder;

    /** The one that is killed: commits, then says how far it is. */
    static final class Victim {
        public static void main(String[] arguments) throws IOException {
            Path directory = Path.of(arguments[0]);
            Recorder recorder = new Recorder(directory, Cells.PROVENANCE, RecorderOptions.UNBOUNDED);
            Random random = new Random(Long.parseLong(arguments[1]));
            int count = 0;
            while (true) {
                int batch = random.nextInt(20_000);
                for (int i = 0; i < batch; i++) {
                    recorder.cell(Cells.iput(1000 + 100L * count, count & 1, count >> 1));
                    count++;
                }
                recorder.idle();
                System.out.println(count);
            }
        }
    }

    @Test
    void nothingCommittedIsMissingAndNothingIsTorn() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            Path recording = folder.resolve("r" + kill);
            Random random = new Random(kill);

            int committed = killedAfter(recording, kill, random.nextInt(400));

            List<String> lines = new ArrayList<>(Cells.replay(recording));
            assertThat(lines.removeIf(line -> line.contains(LOSS)))
                    .as("each stream may end too early")
                    .isTrue();
            assertThat(lines.size()).as("kill " + kill).isGreaterThanOrEqualTo(committed);
            try (RecordingSource source = new RecordingSource(recording)) {
                assertThat(source.provenance().get("damage")).as("kill " + kill).isNull();
                assertThat(source.provenance().get("incomplete.recording"))
                        .as("kill " + kill)
                        .startsWith("the recording was not ended");
            }
            Babeltrace babeltrace = Babeltrace.read(recording);
            assertThat(babeltrace.exitCode())
                    .as("kill " + kill + babeltrace.errors())
                    .isZero();
            assertThat(babeltrace.lines()).as("kill " + kill).hasSameSizeAs(lines);
            assertThat(lines.stream().distinct().count()).isEqualTo(lines.size());
        }
    }

    private int killedAfter(Path recording, int seed, int millis) throws IOException, InterruptedException {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        recording.toString(),
                        Integer.toString(seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
            int committed = Integer.parseInt(output.readLine());
            Thread.sleep(millis);
            victim.toHandle().destroyForcibly();
            String line = output.readLine();
            while (line != null) {
                committed = line.isEmpty() ? committed : Math.max(committed, Integer.parseInt(line));
                line = output.readLine();
            }
            victim.waitFor();
            assertThat(Files.exists(recording.resolve(CtfLayout.METADATA))).isTrue();
            return committed;
        }
    }
}
