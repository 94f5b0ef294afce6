package dev.iputrace.trace.ctf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellRun;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderTest {
    @TempDir
    Path folder;

    @Test
    void everyOpIsReadBackBitForBitByUsAndByBabeltrace() throws Exception {
        Path recording = folder.resolve("r");
        List<EventCell> cells = new ArrayList<>();
        for (Op op : Op.values()) {
            cells.add(Cells.event(op.code(), 0x35, 1000 + cells.size(), 0, cells.size()));
        }

        Cells.record(recording, cells.toArray(EventCell[]::new));
        Babeltrace babeltrace = Babeltrace.read(recording);

        assertThat(Cells.replay(recording)).isEqualTo(Cells.texts(cells.toArray(EventCell[]::new)));
        assertThat(babeltrace.exitCode()).as(babeltrace.errors()).isZero();
        assertThat(babeltrace.lines().stream().filter(line -> !line.contains(" late: ")))
                .hasSize(cells.size());
        assertThat(babeltrace.lines().get(1)).contains("iput").contains("0x35").contains("0xFF001");
    }

    @Test
    void cpusAreMergedByTimeAndProvenanceComesBack() throws Exception {
        Path recording = folder.resolve("r");
        Provenance provenance = Provenance.of(Map.of(
                "source", "libbpf", "kernel", "6.1", "probe.iput", "kprobe:iput", "comm", "a \"b\\ \u00e9\n{};"));

        Cells.record(recording, provenance, Cells.iput(10, 0, 0), Cells.iput(30, 0, 1), Cells.iput(20, 3, 0));
        Files.delete(recording.resolve(CtfLayout.PROVENANCE));

        try (RecordingSource source = new RecordingSource(recording)) {
            assertThat(source.provenance().entries()).isEqualTo(provenance.entries());
            assertThat(Cells.drain(source))
                    .isEqualTo(Cells.texts(Cells.iput(10, 0, 0), Cells.iput(20, 3, 0), Cells.iput(30, 0, 1)));
        }
        Babeltrace babeltrace = Babeltrace.read(recording);
        assertThat(babeltrace.exitCode()).as(babeltrace.errors()).isZero();
        assertThat(babeltrace.lines()).hasSize(3);
    }

    @Test
    void cellsKeepTheirOrderAndTheirTimes() throws Exception {
        Path recording = folder.resolve("r");
        EventCell igrab = Cells.event(OpCode.IGRAB, 0, 105, 0, 0);
        EventCell init = Cells.event(OpCode.IO_END_INIT, 0, 100, 0, 1);
        EventCell stack = Cells.event(OpCode.STACK, 0, 100, 0, 1);
        EventCell next = Cells.event(OpCode.IPUT, 0, 106, 0, 2);

        Cells.record(recording, igrab, init, stack, next);
        Babeltrace babeltrace = Babeltrace.read(recording);

        assertThat(Cells.replay(recording)).isEqualTo(Cells.texts(igrab, init, stack, next));
        assertThat(babeltrace.exitCode()).as(babeltrace.errors()).isZero();
        assertThat(babeltrace.lines()).as("two of them late marks").hasSize(6);
    }

    @Test
    void aRunIsRecordedAsItsCellsAre() throws Exception {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            int count = 12_000;
            ByteBuffer buffer = Cells.buffer(count);
            CellWriter writer = new CellWriter(buffer);
            int[] seq = new int[3];
            int cpu = 0;
            for (int i = 0; i < count; i++) {
                cpu = random.nextInt(40) == 0 ? random.nextInt(3) : cpu;
                int late = random.nextInt(50) == 0 ? random.nextInt(500) : 0;
                int op = random.nextInt(30) == 0 ? 1 + random.nextInt(OpCode.STAT) : OpCode.IPUT;
                seq[cpu] += random.nextInt(100) == 0 ? random.nextInt(5) : 0;
                writer.begin(i * CellLayout.CELL_SIZE, 1_000_000 + 50L * i - late, op, 0, cpu, seq[cpu]++)
                        .word(0, random.nextInt(3));
            }
            Path cellByCell = folder.resolve("cells" + seed);
            Path inRuns = folder.resolve("runs" + seed);

            try (Recorder recorder = new Recorder(cellByCell, Cells.PROVENANCE, RecorderOptions.UNBOUNDED)) {
                EventCell cell = new EventCell(buffer);
                for (int i = 0; i < count; i++) {
                    recorder.cell(cell.at(i * CellLayout.CELL_SIZE));
                }
            }
            try (Recorder recorder = new Recorder(inRuns, Cells.PROVENANCE, RecorderOptions.UNBOUNDED)) {
                CellRun run = new CellRun(buffer);
                int size;
                for (int i = 0; i < count; i += size) {
                    size = Math.min(1 + random.nextInt(4096), count - i);
                    recorder.cells(run.set(i * CellLayout.CELL_SIZE, size));
                }
                assertThat(recorder.recorded() + recorder.skipped()).isEqualTo(count);
            }

            assertThat(Cells.replay(inRuns)).as("seed " + seed).isEqualTo(Cells.replay(cellByCell));
            for (String file : List.of(CtfLayout.PROVENANCE, CtfLayout.METADATA)) {
                assertThat(inRuns.resolve(file)).hasSameTextualContentAs(cellByCell.resolve(file));
            }
        }
    }

    @Test
    void anyJitterGivesAnOrderedTraceThatLosesNothing() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            Path recording = folder.resolve("r" + seed);
            Random random = new Random(seed);
            List<EventCell> cells = new ArrayList<>();
            int[] seq = new int[3];
            int spread = 1 << random.nextInt(30);
            for (int i = 0; i < 6000; i++) {
                int op = random.nextInt(20) == 0 ? OpCode.MARK : OpCode.IPUT;
                int cpu = random.nextInt(3);
                long tsNs = 1_000_000 + 50L * i + random.nextInt(spread);
                cells.add(Cells.event(op, 0, tsNs, cpu, op == OpCode.MARK ? 0 : seq[cpu]++));
            }

            Cells.record(recording, cells.toArray(EventCell[]::new));

            List<String> replayed = Cells.replay(recording);
            List<String> given = Cells.texts(cells.toArray(EventCell[]::new));
            for (String cpu : List.of(" cpu0 ", " cpu1 ", " cpu2 ")) {
                assertThat(replayed.stream().filter(line -> line.contains(cpu)))
                        .as("seed " + seed + cpu)
                        .containsExactlyElementsOf(given.stream()
                                .filter(line -> line.contains(cpu))
                                .toList());
            }
            Babeltrace babeltrace = Babeltrace.read(recording);
            assertThat(babeltrace.exitCode())
                    .as("seed " + seed + babeltrace.errors())
                    .isZero();
        }
    }

    /** Statistics are taken while older events are still in the ring: seen in the lab as false R8 and false loss. */
    @Test
    void statisticsAheadOfEventsChangeNeitherTheOrderNorTheLoss() throws Exception {
        Path recording = folder.resolve("r");
        List<EventCell> cells = new ArrayList<>();
        int[] seq = new int[2];
        for (int i = 0; i < 1000; i++) {
            if (i % 100 == 50) {
                long ahead = 1000 + 10L * i + 900;
                cells.add(Cells.word0(OpCode.STAT, 0, ahead, 0, Stat.SEQ, Math.min(seq[0] + 40, 500)));
                cells.add(Cells.word0(OpCode.STAT, 0, ahead, 1, Stat.SEQ, Math.min(seq[1] + 40, 500)));
            }
            cells.add(Cells.iput(1000 + 10L * i, i & 1, seq[i & 1]++));
        }
        cells.add(Cells.word0(OpCode.STAT, 0, 20_000, 0, Stat.SEQ, seq[0]));
        cells.add(Cells.word0(OpCode.STAT, 0, 20_000, 1, Stat.SEQ, seq[1]));

        Cells.record(recording, cells.toArray(EventCell[]::new));
        Babeltrace babeltrace = Babeltrace.read(recording);

        assertThat(Cells.replay(recording).stream().filter(line -> line.contains(" 2 0 cpu")))
                .containsExactlyElementsOf(Cells.texts(cells.toArray(EventCell[]::new)).stream()
                        .filter(line -> line.contains(" 2 0 cpu"))
                        .toList());
        assertThat(babeltrace.exitCode()).as(babeltrace.errors()).isZero();
        assertThat(babeltrace.errors()).doesNotContain("discarded");
    }

    @Test
    void lossIsInTheCountersBabeltraceReads() throws Exception {
        Path recording = folder.resolve("r");
        List<EventCell> cells = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            cells.add(Cells.iput(1000 + i, 1, i < 150 ? i : i + 7));
        }
        cells.add(Cells.word0(OpCode.STAT, 0, 5000, 1, Stat.SEQ, 210));

        Cells.record(recording, cells.toArray(EventCell[]::new));
        Babeltrace babeltrace = Babeltrace.read(recording);

        assertThat(babeltrace.exitCode()).isZero();
        assertThat(babeltrace.errors()).contains("discarded 7 events", "discarded 3 events");
        assertThat(Cells.replay(recording)).as("holes in seq tell it already").hasSize(201);
    }

    @Test
    void lossCellsOfASourceWithoutSeqAreCountedOnce() throws Exception {
        Path recording = folder.resolve("r");
        EventCell[] cells = {
            Cells.iput(10, 0, 0), Cells.word0(OpCode.LOSS, LossStage.IMPORT.code(), 11, 0, 0, 764), Cells.iput(12, 0, 0)
        };

        Cells.record(recording, Cells.PROVENANCE.with("seq", "none"), cells);

        assertThat(Cells.replay(recording)).isEqualTo(Cells.texts(cells));
        assertThat(Babeltrace.read(recording).errors()).contains("may have discarded");
    }

    @Test
    void aDirectoryInUseIsRefused() throws IOException {
        Files.writeString(folder.resolve("mine"), "");

        assertThatThrownBy(() -> new Recorder(folder, Cells.PROVENANCE, RecorderOptions.UNBOUNDED))
                .isInstanceOf(IOException.class)
                .hasMessage("record: directory is not empty: path=" + folder);
    }

    @Test
    void theSizeLimitEndsTheRecordingAndReplaySaysSo() throws Exception {
        Path recording = folder.resolve("r");
        Recorder recorder = new Recorder(recording, Cells.PROVENANCE, new RecorderOptions(1 << 20, 1, false));
        try (recorder) {
            for (int i = 0; i < 100_000; i++) {
                recorder.cell(Cells.iput(i, 0, i));
            }
        }

        assertThat(recorder.problem()).contains("size limit reached: bytes=1048576");
        assertThat(recorder.recorded() + recorder.skipped()).isEqualTo(100_000);
        assertThat(Files.size(recording.resolve("cpu0"))).isBetween(800_000L, 1L << 20);
        try (RecordingSource source = new RecordingSource(recording)) {
            assertThat(source.provenance().get("recording_stopped")).contains("size limit");
            List<String> lines = Cells.drain(source);
            assertThat(lines).hasSize((int) recorder.recorded() + 1);
            assertThat(lines.get(lines.size() - 1)).contains(" 35 6 cpu0 seq0 1 ");
        }
    }

    @Test
    void rotationKeepsTheNewestAndReadsAsOne() throws Exception {
        Path recording = folder.resolve("r");
        Recorder recorder = new Recorder(recording, Cells.PROVENANCE, new RecorderOptions(4 << 20, 4, false));
        try (recorder) {
            for (int i = 0; i < 200_000; i++) {
                recorder.cell(Cells.iput(i, i & 1, i >> 1));
            }
        }

        List<String> lines = Cells.replay(recording);

        assertThat(recorder.problem()).isNull();
        try (var parts = Files.list(recording)) {
            assertThat(parts).hasSize(4);
        }
        assertThat(lines.size()).isBetween(45_000, 65_000);
        assertThat(lines.get(lines.size() - 1)).startsWith("199999 2 ");
        Babeltrace babeltrace = Babeltrace.read(recording);
        assertThat(babeltrace.exitCode()).as(babeltrace.errors()).isZero();
        assertThat(babeltrace.lines()).hasSize(lines.size());
    }

    /** Calls that are told at their return, and statistics, come first in a part as well. */
    @Test
    void whatBeginsAPartLateIsNoDamage() throws Exception {
        Path recording = folder.resolve("r");
        List<EventCell> cells = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            cells.add(
                    i % 2 == 0
                            ? Cells.iput(1_000_000 + 10L * i - (i % 4 == 0 ? 500 : 0), 0, i / 2)
                            : Cells.word0(OpCode.STAT, 0, 1_000_000 + 10L * i, 0, Stat.SEQ, i / 2));
        }

        try (Recorder recorder = new Recorder(recording, Cells.PROVENANCE, new RecorderOptions(64 << 20, 16, false))) {
            for (EventCell cell : cells) {
                recorder.cell(cell);
            }
        }

        assertThat(recording.resolve("part-000002")).exists();
        try (RecordingSource source = new RecordingSource(recording)) {
            assertThat(Cells.drain(source)).isEqualTo(Cells.texts(cells.toArray(EventCell[]::new)));
            assertThat(source.provenance().get("damage")).isNull();
        }
    }
}
