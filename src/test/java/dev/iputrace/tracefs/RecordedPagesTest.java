package dev.iputrace.tracefs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.event.EventView;
import dev.iputrace.event.Level;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.StateBits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pages and formats as Debian's 6.1.0-56-amd64 gave them, at level full, while five files were made, synced and removed
 * on an ext4 whose ext4_init_io_end calls igrab (variant era-a of the lab).
 */
class RecordedPagesTest {
    @TempDir
    Path dir;

    private final Map<Op, Integer> counts = new EnumMap<>(Op.class);
    private long lastNs;
    private int earlier;

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = RecordedPagesTest.class.getResourceAsStream("recorded/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static EventFormat format(String name) throws IOException {
        return EventFormat.parse(new String(bytes(name), StandardCharsets.ISO_8859_1), name);
    }

    private void take(EventView cell) {
        counts.merge(Objects.requireNonNull(Op.of(cell.op())), 1, Integer::sum);
        if (cell.op() != OpCode.IGRAB && cell.op() != OpCode.IO_END_INIT) { // these have the time of their entry
            earlier += cell.tsNs() < lastNs ? 1 : 0;
            lastNs = Math.max(lastNs, cell.tsNs());
        }
        assertThat(cell.inode() >>> 48).isIn(0L, 0xffffL);
        assertThat(cell.iCount()).isBetween(0, 10);
    }

    @Test
    void theKernelsOwnPagesAreUnderstood() throws IOException {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        List<Probe> probes = new ArrayList<>();
        List<EventFormat> formats = new ArrayList<>();
        for (Probe probe : fake.probes) {
            if (probe.point() != Point.IPUT_NOT_LAST) {
                probes.add(probe);
                formats.add(format(probe.name().replaceFirst("_1$", "") + ".format"));
            }
        }
        PageLayout layout = PageLayout.parse(new String(bytes("header_page"), StandardCharsets.ISO_8859_1));
        Decoders decoders = new Decoders(probes, formats, format("kernel_stack.format"));
        List<CpuStream> streams = new ArrayList<>();
        try (ReadWatch watch = new ReadWatch()) {
            for (int cpu = 0; cpu < 2; cpu++) {
                Path folder = Files.createDirectories(dir.resolve("cpu" + cpu));
                Files.write(folder.resolve("stats"), bytes("cpu" + cpu + ".stats"));
                Files.write(folder.resolve("trace_pipe_raw"), bytes("cpu" + cpu + ".raw"));
                streams.add(new CpuStream(cpu, false, new CpuBuffer(folder, watch), layout, decoders));
            }
            Cells cells = new Cells(StateBits.V2_6_32, Level.FULL, 0, new TaskNames(dir));
            try (Streams all = new Streams(streams, cells)) {
                all.last();
                while (all.drain(this::take) > 0) {
                    assertThat(counts).isNotEmpty();
                }
                assertThat(all.damaged()).isZero();
            }
        }

        assertThat(counts)
                .isEqualTo(Map.of(
                        Op.IGRAB,
                        10,
                        Op.IPUT,
                        25,
                        Op.IO_END_INIT,
                        10,
                        Op.IO_END_FREE,
                        10,
                        Op.BIRTH,
                        5,
                        Op.EVICT,
                        5,
                        Op.CLEAR,
                        5,
                        Op.DEATH,
                        5,
                        Op.IHOLD,
                        10));
        assertThat(earlier).isZero();
    }
}
