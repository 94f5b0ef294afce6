package dev.iputrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.trace.capture.BtfFuzz;
import dev.iputrace.trace.ctf.MetadataFuzz;
import dev.iputrace.trace.ctf.RecordingFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The inputs that once broke a reader, the seeds of the fuzzer, and some mutations of each: see src/build/fuzz. */
class RegressionTest {
    private static final int MUTATIONS = 50;

    /** By the folder of their inputs. */
    private static final Map<String, Target> TARGETS = Map.of(
            "recording", RecordingFuzz::fuzzerTestOneInput,
            "metadata", MetadataFuzz::fuzzerTestOneInput,
            "ftrace", TextFuzz::fuzzerTestOneInput,
            "trace-cmd", TextFuzz::fuzzerTestOneInput,
            "perf", TextFuzz::fuzzerTestOneInput,
            "lines", TextFuzz::fuzzerTestOneInput,
            "console", TextFuzz::fuzzerTestOneInput,
            "stream", StreamFuzz::fuzzerTestOneInput,
            "btf", BtfFuzz::fuzzerTestOneInput);

    private interface Target {
        void read(byte[] data) throws IOException;
    }

    static Set<String> folders() {
        return TARGETS.keySet();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void whatBrokeAReaderOnceDoesNotAgain(String name) throws IOException {
        Path folder = Path.of("src/test/resources/fuzz", name);
        Target target = Objects.requireNonNull(TARGETS.get(name));
        List<Path> inputs;
        try (Stream<Path> files = Files.list(folder)) {
            inputs = files.sorted().toList();
        }

        assertThat(inputs).isNotEmpty();
        for (Path input : inputs) {
            byte[] data = Files.readAllBytes(input);
            read(target, data, input.toString());
            Random random = new Random(data.length);
            for (int i = 0; i < MUTATIONS; i++) {
                read(target, mutated(data, random), input + ", mutation " + i);
            }
        }
    }

    private static void read(Target target, byte[] data, String what) throws IOException {
        try {
            target.read(data);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(what + ": " + e, e);
        }
    }

    /** Bytes changed, a piece moved, or the end cut off. */
    private static byte[] mutated(byte[] data, Random random) {
        byte[] changed = data.clone();
        for (int i = random.nextInt(8); i >= 0 && data.length > 0; i--) {
            int at = random.nextInt(data.length);
            int length = Math.min(random.nextInt(16), data.length - Math.max(at, 16));
            switch (random.nextInt(3)) {
                case 0 -> changed[at] = (byte) random.nextInt(256);
                case 1 -> changed[at] = data[random.nextInt(data.length)];
                default -> {
                    if (length > 0) {
                        System.arraycopy(data, random.nextInt(data.length - length), changed, at, length);
                    }
                }
            }
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(changed, random.nextInt(data.length + 1)) : changed;
    }
}
