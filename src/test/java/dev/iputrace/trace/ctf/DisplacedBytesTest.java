package dev.iputrace.trace.ctf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.trace.TraceFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that are read from the wrong place make no events. Packets as in {@link DamageTest}. */
class DisplacedBytesTest {
    private static final int EVENTS = 200;

    @TempDir
    Path folder;

    private Path recording = Path.of("");
    private Path stream = Path.of("");

    @BeforeEach
    void record() throws IOException {
        recording = folder.resolve("r");
        stream = recording.resolve("cpu0");
        Cells.recordIputs(recording, EVENTS);
    }

    /** Each event has its own inode and time. */
    @Test
    void whereverBytesWereDeletedOrInsertedOnlyEventsThatWereRecordedAreRead() throws Exception {
        byte[] sound = Files.readAllBytes(stream);
        Set<String> recorded = new HashSet<>(Cells.replay(recording));
        Random random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            int at = random.nextInt(sound.length);
            int count = 1 + random.nextInt(i % 3 == 0 ? 300 : 8);
            byte[] bytes = i % 2 == 0 ? deleted(sound, at, count) : inserted(sound, at, count, random);
            Files.write(stream, bytes);

            try (RecordingSource source = new RecordingSource(recording)) {
                List<String> lines = Cells.drain(source);
                lines.removeIf(line -> line.contains(" 35 6 "));
                lines.removeAll(recorded);
                assertThat(lines).as(count + " bytes at " + at + ", " + i).isEmpty();
                assertThat(source.provenance().get("damage")).isNotNull();
                assertRepaired(recorded, i);
            } catch (TraceFormatException e) {
                assertThat(e).hasMessageContaining("nothing can be read");
            }
        }
    }

    private void assertRepaired(Set<String> recorded, int number) throws IOException {
        if (number % 20 == 0) {
            Repair.run(recording);
            List<String> lines = Cells.replay(recording);
            lines.removeIf(line -> line.contains(" 35 6 "));
            lines.removeAll(recorded);
            assertThat(lines).as("repaired, %d", number).isEmpty();
            assertThat(Repair.run(recording)).isEmpty();
        }
    }

    private static byte[] deleted(byte[] bytes, int at, int count) {
        int end = Math.min(at + count, bytes.length);
        byte[] left = Arrays.copyOf(bytes, bytes.length - (end - at));
        System.arraycopy(bytes, end, left, at, bytes.length - end);
        return left;
    }

    private static byte[] inserted(byte[] bytes, int at, int count, Random random) {
        byte[] more = Arrays.copyOf(bytes, bytes.length + count);
        System.arraycopy(bytes, at, more, at + count, bytes.length - at);
        byte[] put = new byte[count];
        random.nextBytes(put);
        System.arraycopy(put, 0, more, at, count);
        return more;
    }
}
