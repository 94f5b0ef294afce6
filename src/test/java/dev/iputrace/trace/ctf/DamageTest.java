package dev.iputrace.trace.ctf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.event.EventSource;
import dev.iputrace.trace.TraceFormatException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the reference reader does with loss and damage, row by row, and that ours reads all that is whole and says what
 * is not. A recording of 200 events: three full packets of 62 and one of 14.
 */
class DamageTest {
    private static final int EVENTS = 200;
    private static final int PAGE = CtfLayout.PACKET_SIZE;
    private static final String LOSS = " 35 6 ";

    @TempDir
    Path folder;

    private Path recording = Path.of("");
    private Path stream = Path.of("");

    @BeforeEach
    void record() throws IOException {
        recording = folder.resolve("r");
        stream = recording.resolve("cpu0");
        Cells.recordIputs(recording, EVENTS);
        assertThat(Files.size(stream)).isEqualTo(4 * PAGE);
    }

    @Test
    void soundRecordingHasNoDamage() throws Exception {
        check(null, EVENTS, 0);
        assertThat(Babeltrace.read(recording).errors()).isEmpty();
    }

    @Test
    void discardedEventsBecomeALossCell() throws Exception {
        putLong(2, CtfLayout.EVENTS_DISCARDED, 7);
        putLong(3, CtfLayout.EVENTS_DISCARDED, 7);

        List<String> lines = check(null, EVENTS, 1);

        assertThat(lines.get(124)).startsWith("1185" + LOSS).contains("seq0 7 ");
        assertThat(Babeltrace.read(recording).errors()).contains("discarded 7 events");
    }

    @Test
    void discardedEventsOfTheFirstPacketAreLossToo() throws Exception {
        for (int packet = 0; packet < 4; packet++) {
            putLong(packet, CtfLayout.EVENTS_DISCARDED, 5);
        }

        assertThat(check(null, EVENTS, 1).get(0)).contains(LOSS).contains("seq0 5 ");
        assertThat(Babeltrace.read(recording).errors()).contains("may have discarded events");
    }

    @Test
    void missingPacketsAreDamage() throws Exception {
        byte[] bytes = Files.readAllBytes(stream);
        System.arraycopy(bytes, 2 * PAGE, bytes, PAGE, 2 * PAGE);
        Files.write(stream, Arrays.copyOf(bytes, 3 * PAGE));

        check("file=cpu0, byte=4096: packets missing: packet_seq_num=2, want=1", EVENTS - 62, 1);
        assertThat(Babeltrace.read(recording).errors()).contains("discarded 1 packet");
    }

    @Test
    void packetsMissingAtTheEndAreDamageWhereTheFileEnds() throws Exception {
        truncate(2 * PAGE);

        check("file=cpu0, byte=8192: packets missing at the end: have=2, want=4", 2 * 62, 1);
    }

    @Test
    void morePacketsThanThereWereAtTheEndAreDamage() throws Exception {
        putLong(3, CtfLayout.PACKET_SEQ_NUM, 7);

        check(
                "file=cpu0, byte=12288: packets missing: packet_seq_num=7, want=3; file=cpu0, byte=16384: more packets"
                        + " than the recording had when it ended: have=8, want=4",
                EVENTS,
                2);
    }

    @Test
    void cutInsideTheLastEvent() throws Exception {
        truncate(3 * PAGE + CtfLayout.HEADER_SIZE + 13 * 64 + 40);

        check("file=cpu0, byte=12288: cut: bytes=1000 of a packet, cells=13 of 14", EVENTS - 1, 1);
        babeltraceRefuses();
    }

    @Test
    void cutInsideTheLastHeader() throws Exception {
        truncate(3 * PAGE + 100);

        check("file=cpu0, byte=12288: cut inside a packet header", 186, 1);
        babeltraceRefuses();
    }

    @Test
    void notExtendedToThePacketSize() throws Exception {
        truncate(3 * PAGE + CtfLayout.HEADER_SIZE + 14 * 64);

        check("file=cpu0, byte=12288: cut: bytes=1024 of a packet, cells=14 of 14", EVENTS, 0);
        babeltraceRefuses();
    }

    @Test
    void zerosAtTheEnd() throws Exception {
        truncate(3 * PAGE);
        truncate(6 * PAGE);

        check("file=cpu0, byte=12288: zeros instead of a packet", 185, 1);
        babeltraceRefuses();
    }

    @Test
    void badMagicInTheMiddle() throws Exception {
        putInt(1, 0, 0xdeadbeef);

        // The last event before it may lack a byte: then, too, there is no magic where it should be.
        check("file=cpu0, byte=4096: bad magic 0xdeadbeef", EVENTS - 63, 1);
        babeltraceRefuses();
    }

    @Test
    void packetWithoutContentIsEmpty() throws Exception {
        putLong(3, CtfLayout.CONTENT_SIZE, CtfLayout.HEADER_SIZE * 8);
        putLong(3, CtfLayout.TIMESTAMP_BEGIN, 1185);
        putLong(3, CtfLayout.TIMESTAMP_END, 1185);

        check(null, 186, 0);
        assertThat(Babeltrace.read(recording).exitCode()).isZero();
    }

    @Test
    void timestampEndOfZero() throws Exception {
        putLong(3, CtfLayout.TIMESTAMP_END, 0);

        check("file=cpu0, byte=12288: timestamps of the packet contradict each other", EVENTS, 0);
        babeltraceRefuses();
    }

    @Test
    void unknownEventId() throws Exception {
        put(3, CtfLayout.HEADER_SIZE + 8, new byte[] {99});

        check("file=cpu0, byte=12288: no event at cell 0 of 14: unknown event id", EVENTS - 14, 1);
        babeltraceRefuses();
    }

    @Test
    void timeGoesBackInAPacket() throws Exception {
        putLong(3, CtfLayout.HEADER_SIZE + 64, 1100);

        check("file=cpu0, byte=12288: no event at cell 1 of 14: time goes back", EVENTS - 14, 1);
        babeltraceRefuses();
    }

    @Test
    void packetFromBeforeIsSkipped() throws Exception {
        putLong(3, CtfLayout.HEADER_SIZE, 900);
        putLong(3, CtfLayout.TIMESTAMP_BEGIN, 900);

        check("file=cpu0, byte=12288: time goes back", EVENTS - 14, 1);
        babeltraceRefuses();
    }

    @Test
    void packetsThatWereSwappedLeaveAHoleAndKeepTheOrder() throws Exception {
        byte[] bytes = Files.readAllBytes(stream);
        byte[] swapped = bytes.clone();
        System.arraycopy(bytes, 0, swapped, 2 * PAGE, PAGE);
        System.arraycopy(bytes, 2 * PAGE, swapped, 0, PAGE);
        Files.write(stream, swapped);

        List<String> lines = check(
                "file=cpu0, byte=0: packets missing: packet_seq_num=2, want=0; file=cpu0, byte=4096: time goes back",
                62 + 14,
                2);

        assertThat(lines.get(1)).startsWith("1124 2 ");
    }

    @Test
    void eventOutsideTheTimeOfItsPacketEndsIt() throws Exception {
        putLong(1, CtfLayout.HEADER_SIZE + 40 * 64, 1L << 60);

        check("file=cpu0, byte=4096: no event at cell 40 of 62: event outside the time of its packet", EVENTS - 23, 1);
    }

    @Test
    void eventOfAnotherCpuEndsItsPacket() throws Exception {
        put(1, CtfLayout.HEADER_SIZE + 40 * 64 + CellLayout.CPU, new byte[] {3});

        check("file=cpu0, byte=4096: no event at cell 40 of 62: event of another cpu", EVENTS - 23, 1);
    }

    @Test
    void streamOfAnotherCpuIsSkipped() throws Exception {
        Files.move(stream, recording.resolve("cpu1"));

        assertThatThrownBy(() -> new RecordingSource(recording))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("file=cpu1, byte=0: cpu_id 0 in the stream of cpu 1")
                .hasMessageContaining("file=cpu0: missing: packets=4");
    }

    @Test
    void equalTimesAreFine() throws Exception {
        putLong(3, CtfLayout.HEADER_SIZE + 64, 1186);

        check(null, EVENTS, 0);
        assertThat(Babeltrace.read(recording).exitCode()).isZero();
    }

    @Test
    void contentLargerThanThePacket() throws Exception {
        putLong(1, CtfLayout.CONTENT_SIZE, PAGE * 8L + 64);

        check("file=cpu0, byte=4096: content_size 32832 bits in a packet of 32768", EVENTS - 62, 1);
        babeltraceRefuses();
    }

    @Test
    void contentThatEndsInsideACell() throws Exception {
        putLong(3, CtfLayout.CONTENT_SIZE, CtfLayout.contentBits(13) + 8);

        check("file=cpu0, byte=12288: content_size ends inside a cell", 199, 1);
        babeltraceRefuses();
    }

    @Test
    void uuidOfAnotherRecording() throws Exception {
        put(1, CtfLayout.UUID, new byte[] {1, 2, 3, 4});

        assertThat(check(null, EVENTS - 62, 1)).hasSize(EVENTS - 62 + 1);
        assertThat(damage()).contains("uuid of another recording: 01020304");
    }

    @Test
    void packetSizeOfZero() throws Exception {
        putLong(1, CtfLayout.PACKET_SIZE_BITS, 0);

        check("file=cpu0, byte=4096: packet_size 0 bits, want 32768", EVENTS - 62, 1);
        assertThat(Babeltrace.read(recording).exitCode())
                .as("runs out of memory")
                .isNotZero();
    }

    @Test
    void metadataCut() throws Exception {
        Path metadata = recording.resolve(CtfLayout.METADATA);
        String text = Files.readString(metadata);
        Files.writeString(metadata, text.substring(0, text.length() / 2));

        check("metadata: cut at byte " + text.length() / 2, EVENTS, 0);
        babeltraceRefuses();
    }

    @Test
    void metadataMissing() throws Exception {
        Files.delete(recording.resolve(CtfLayout.METADATA));

        check("file=metadata: missing or too large", EVENTS, 0);
    }

    @Test
    void recordingOfAnotherToolIsRefused() throws Exception {
        Files.delete(recording.resolve(CtfLayout.PROVENANCE));
        Files.writeString(recording.resolve(CtfLayout.METADATA), "/* CTF 1.8 */ env { tracer_name = \"lttng\"; };");

        assertThatThrownBy(() -> new RecordingSource(recording))
                .isInstanceOf(TraceFormatException.class)
                .hasMessage("not a recording of iputrace: path=" + recording);
    }

    @Test
    void everyLengthOfTheFileIsReadAsFarAsItGoes() throws Exception {
        for (int length = 4 * PAGE; length >= 0; length -= 37) {
            truncate(length);
            int content = Math.max(length % PAGE - CtfLayout.HEADER_SIZE, 0);
            int inFile = length / PAGE * 62 + content / 64;
            int whole = Math.min(inFile, EVENTS);
            // What is behind the last one does not tell whether it is whole, or the file lacks some other byte.
            int rest = content - (whole - length / PAGE * 62) * 64;
            boolean doubt = whole > length / PAGE * 62 && rest > 0 && (whole == EVENTS || rest < 16);
            if (whole == 0) {
                break;
            }
            assertThat(events(Cells.replay(recording))).as("length " + length).isEqualTo(doubt ? whole - 1 : whole);
        }
    }

    @Test
    void repairMakesItReadableForEveryReaderAndIsIdle() throws Exception {
        put(3, CtfLayout.HEADER_SIZE + 5 * 64, new byte[64 * 9]);
        putInt(1, 0, 0xdeadbeef);
        truncate(3 * PAGE + 1000);
        Files.writeString(recording.resolve(CtfLayout.METADATA), "/* CTF 1.8 */ trace { iputrace");

        List<String> actions = Repair.run(recording);

        assertThat(actions)
                .containsExactly(
                        stream + ": kept 12288 of 13288 bytes",
                        recording.resolve("metadata") + ": metadata: cut at byte 30",
                        recording.resolve("metadata") + ": written anew");
        Babeltrace babeltrace = Babeltrace.read(recording);
        assertThat(babeltrace.exitCode()).as(babeltrace.errors()).isZero();
        assertThat(babeltrace.lines()).hasSize(61 + 62 + 4);
        assertThat(events(Cells.replay(recording))).isEqualTo(61 + 62 + 4);
        assertThat(Repair.run(recording)).isEmpty();
    }

    private List<String> check(@org.jspecify.annotations.Nullable String damage, int events, int losses)
            throws IOException {
        try (RecordingSource source = new RecordingSource(recording)) {
            List<String> lines = Cells.drain(source);
            assertThat(events(lines)).isEqualTo(events);
            assertThat(lines.size() - events(lines)).isEqualTo(losses);
            if (damage != null) {
                assertThat(source.provenance().get("damage")).isEqualTo(damage);
            }
            assertThat(source.drain(cell -> {})).isEqualTo(EventSource.END);
            return lines;
        }
    }

    private String damage() throws IOException {
        try (RecordingSource source = new RecordingSource(recording)) {
            Cells.drain(source);
            return source.provenance().get("damage", "none");
        }
    }

    private static int events(List<String> lines) {
        return (int) lines.stream().filter(line -> !line.contains(LOSS)).count();
    }

    private void babeltraceRefuses() throws Exception {
        assertThat(Babeltrace.read(recording).exitCode()).isEqualTo(1);
    }

    private void truncate(long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(stream.toFile(), "rw")) {
            file.setLength(length);
        }
    }

    private void putLong(int packet, int offset, long value) throws IOException {
        put(
                packet,
                offset,
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array());
    }

    private void putInt(int packet, int offset, int value) throws IOException {
        put(
                packet,
                offset,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(value)
                        .array());
    }

    private void put(int packet, int offset, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(stream.toFile(), "rw")) {
            file.seek((long) packet * PAGE + offset);
            file.write(bytes);
        }
    }
}
