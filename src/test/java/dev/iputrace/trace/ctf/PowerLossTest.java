package dev.iputrace.trace.ctf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.abi.EventCell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a power loss sectors of the last pages are what they were before, and files have any length. */
class PowerLossTest {
    private static final int SEEDS = 25;
    private static final int SECTOR = 512;
    private static final String LOSS = " 35 6 ";

    @TempDir
    Path folder;

    @Test
    void repairLeavesWhatBabeltraceReadsAndAllThatWasWhole() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Path recording = folder.resolve("r" + seed);
            record(recording, random);
            tear(recording, random);
            int whole = events(Cells.replay(recording));

            Repair.run(recording);

            Babeltrace babeltrace = Babeltrace.read(recording);
            assertThat(babeltrace.exitCode())
                    .as("seed " + seed + babeltrace.errors())
                    .isZero();
            int repaired = events(Cells.replay(recording));
            assertThat(repaired).as("seed " + seed).isLessThanOrEqualTo(whole);
            assertThat(babeltrace.lines().stream()
                            .filter(line -> !line.contains(" late: "))
                            .count())
                    .as("seed " + seed)
                    .isEqualTo(repaired);
            assertThat(Repair.run(recording)).as("seed " + seed).isEmpty();
            try (RecordingSource source = new RecordingSource(recording)) {
                assertThat(source.provenance().get("incomplete.recording")).isNotNull();
            }
        }
    }

    private static int events(List<String> lines) {
        return (int) lines.stream().filter(line -> !line.contains(LOSS)).count();
    }

    private static void record(Path recording, Random random) throws IOException {
        List<EventCell> cells = new ArrayList<>();
        int[] seq = new int[3];
        for (int i = 0; i < 3000; i++) {
            int cpu = random.nextInt(3);
            cells.add(Cells.iput(1_000_000 + 50L * i + random.nextInt(400), cpu, seq[cpu]++));
        }
        Cells.record(recording, cells.toArray(EventCell[]::new));
    }

    private static void tear(Path recording, Random random) throws IOException {
        for (int cpu = 0; cpu < 3; cpu++) {
            try (RandomAccessFile file =
                    new RandomAccessFile(recording.resolve("cpu" + cpu).toFile(), "rw")) {
                long sectors = file.length() / SECTOR;
                for (int i = random.nextInt(6); i > 0; i--) {
                    file.seek((sectors - 1 - random.nextInt(40)) * SECTOR);
                    file.write(new byte[SECTOR]);
                }
                if (random.nextBoolean()) {
                    file.setLength(file.length() - random.nextInt(6 * CtfLayout.PACKET_SIZE));
                }
            }
        }
        if (random.nextInt(3) == 0) {
            Files.write(recording.resolve(CtfLayout.METADATA), new byte[random.nextInt(5000)]);
        }
    }
}
