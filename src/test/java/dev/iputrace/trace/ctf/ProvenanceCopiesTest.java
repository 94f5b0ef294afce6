package dev.iputrace.trace.ctf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.abi.EventCell;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a recording was captured and ended is written twice, and is believed where both copies say the same. */
class ProvenanceCopiesTest {
    private static final int EVENTS = 200;
    /** Events of all CPUs may be lost, from the start to the end. */
    private static final String ALL_LOST = "0 35 6 cpu0 seq0 1 1 ";

    @TempDir
    Path folder;

    private Path recording = Path.of("");
    private Path exact = Path.of("");
    private Path metadata = Path.of("");

    private List<String> lines = List.of();
    private Provenance provenance = Cells.PROVENANCE;

    @BeforeEach
    void record() throws IOException {
        recording = folder.resolve("r");
        exact = recording.resolve(CtfLayout.PROVENANCE);
        metadata = recording.resolve(CtfLayout.METADATA);
        List<EventCell> cells = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            cells.add(Cells.iput(1000 + i, 0, i));
        }
        Cells.record(recording, cells.toArray(EventCell[]::new));
        assertThat(Files.readString(exact)).endsWith("recording_ended=cpu0:4\n");
    }

    @Test
    void aProvenanceThatIsCutEndsNothing() throws IOException {
        String text = Files.readString(exact);
        for (int cut = 1; cut < text.length(); cut++) {
            Files.writeString(exact, text.substring(0, text.length() - cut));

            assertThat(damage()).as("cut %d", cut).startsWith("file=.provenance: ");
            assertThat(lines.get(0)).as("cut %d", cut).startsWith(ALL_LOST);
        }
    }

    @Test
    void anEmptyProvenanceIsDamage() throws IOException {
        Files.writeString(exact, "");

        assertThat(damage()).isEqualTo("file=.provenance: empty");
    }

    @Test
    void aLineThatIsNoPairIsDamage() throws IOException {
        replace(exact, "kernel=", "kernel ");

        assertThat(damage()).matches("file=.provenance: line \\d is no key=value");
    }

    @Test
    void aFileThatWasCutIsMissingPacketsWhateverTheProvenanceHasBecome() throws IOException {
        Files.write(recording.resolve("cpu0"), java.util.Arrays.copyOf(stream(), CtfLayout.PACKET_SIZE));
        replace(exact, "cpu0:4\n", "cpu0:1\n");

        assertThat(damage()).isEqualTo("file=.provenance: not the same as env of the metadata");
        assertThat(lines.get(0)).startsWith(ALL_LOST);
    }

    @Test
    void anEndThatIsNoListOfStreamsIsDamage() throws IOException {
        for (String list :
                List.of("cpu0", "cpu0:", ":4", "cpu0:4,cpu1:2", "cpu0:4  cpu1:1", "cpu0:4 cpu0:4", "cpu0:-4")) {
            describe(Cells.PROVENANCE.with(CtfLayout.ENDED, list));

            assertThat(damage()).as(list).isEqualTo("recording_ended: not a list of streams and their packets");
            assertThat(lines.get(lines.size() - 1)).as(list).contains(" 35 6 cpu0 seq0 1 1 ");
        }
    }

    @Test
    void aStreamThatIsNotInTheListIsDamage() throws IOException {
        describe(Cells.PROVENANCE.with(CtfLayout.ENDED, ""));

        assertThat(damage()).isEqualTo("file=cpu0: not among the streams that the recording had when it ended");
        assertThat(lines.get(lines.size() - 1)).contains(" 35 6 cpu0 seq0 1 1 ");
    }

    @Test
    void aFileThatIsNoStreamIsDamage() throws IOException {
        Files.copy(recording.resolve("cpu0"), recording.resolve("cpu0~"));

        assertThat(damage()).isEqualTo("file=cpu0~: no stream of a recording");
        assertThat(lines).hasSize(EVENTS);
    }

    @Test
    void aDifferenceIsDamageOnceTheRecordingHasEnded() throws IOException {
        replace(exact, "kernel=6.1.0", "kernel=6.2.0");

        assertThat(damage()).isEqualTo("file=.provenance: not the same as env of the metadata");
        assertThat(lines.get(0)).startsWith(ALL_LOST);
    }

    @Test
    void anEndThatOnlyTheMetadataTellsIsDamage() throws IOException {
        replace(exact, "recording_ended=cpu0:4\n", "");

        assertThat(damage()).isEqualTo("file=.provenance: not the same as env of the metadata");
    }

    @Test
    void aRecorderKilledBeforeTheMetadataTellsTheEndLeavesAWholeRecording() throws IOException {
        String ended = Files.readString(exact);
        describe(Cells.PROVENANCE);
        Files.writeString(exact, ended);

        assertThat(damage()).isNull();
        assertThat(lines).hasSize(EVENTS);
        assertThat(provenance.entries().keySet()).noneMatch(key -> key.startsWith("incomplete."));
    }

    @Test
    void aRecorderKilledWhileItDescribesIsNoDamageAndProvesNothing() throws IOException {
        describe(Cells.PROVENANCE);
        Files.writeString(exact, Cells.PROVENANCE.with("self_check", "passed").toText());

        assertThat(damage()).isNull();
        assertThat(lines).hasSize(1 + EVENTS + 1);
        assertThat(lines.get(0)).startsWith(ALL_LOST);
        assertThat(provenance.get("self_check")).isEqualTo("passed");
        assertThat(provenance.get("incomplete.copies")).contains("was killed");
        assertThat(provenance.get("incomplete.recording")).contains("was not ended");
    }

    @Test
    void aRecorderKilledWhenItBeganAPartIsNoDamage() throws IOException {
        Path parts = folder.resolve("parts");
        Files.createDirectories(parts);
        describe(Cells.PROVENANCE);
        Files.move(recording, parts.resolve("part-000001"));
        Path begun = Files.createDirectory(parts.resolve("part-000002"));
        recording = parts;

        assertThat(damage()).isNull();
        assertThat(provenance.kernel()).isEqualTo(Cells.PROVENANCE.kernel());
        Files.writeString(begun.resolve(CtfLayout.PROVENANCE), Cells.PROVENANCE.toText());
        assertThat(damage()).isNull();
        assertThat(lines).hasSize(EVENTS + 1);
    }

    @Test
    void anyValueComesThroughBothCopiesTheSame() throws IOException {
        Provenance odd = Cells.PROVENANCE
                .with("a.b__c", " spaces ")
                .with("b", "line\nfeed\ttab \u00e9 \\ \"quoted\"")
                .with("domain", "one of the format's own")
                .with("no-name-in-tsdl", "left out")
                .with("empty", "");
        describe(odd.with(CtfLayout.ENDED, "cpu0:4"));

        assertThat(damage()).isNull();
        assertThat(lines).hasSize(EVENTS);
    }

    @Test
    void repairMakesBothCopiesOneAndNoEnd() throws IOException {
        replace(exact, "cpu0:4\n", "cpu0:");

        assertThat(Repair.run(recording)).containsExactly(exact + ": not the same as in the metadata, or cut");
        assertThat(damage()).isNull();
        assertThat(provenance.get("incomplete.recording")).contains("was not ended");
        assertThat(provenance.kernel()).isEqualTo(Cells.PROVENANCE.kernel());
        assertThat(Repair.run(recording)).isEmpty();
    }

    private @org.jspecify.annotations.Nullable String damage() throws IOException {
        try (RecordingSource source = new RecordingSource(recording)) {
            lines = Cells.drain(source);
            provenance = source.provenance();
            assertThat(lines.stream().filter(line -> line.contains(" " + OpCode.IPUT + " 0 cpu0 ")))
                    .hasSizeLessThanOrEqualTo(EVENTS);
            return provenance.get("damage");
        }
    }

    private byte[] stream() throws IOException {
        return Files.readAllBytes(recording.resolve("cpu0"));
    }

    /** Both copies, as a recorder writes them. */
    private void describe(Provenance told) throws IOException {
        byte[] bytes = stream();
        UUID uuid = PacketHeader.uuid(java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN), 0);
        Files.writeString(exact, told.toText());
        Files.writeString(metadata, MetadataWriter.text(uuid, told));
    }

    private static void replace(Path path, String old, String replacement) throws IOException {
        String text = Files.readString(path);
        assertThat(text).contains(old);
        Files.writeString(path, text.replace(old, replacement));
    }
}
