package dev.iputrace.trace.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.Stat;
import dev.iputrace.trace.TraceFormatException;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import dev.iputrace.trace.text.ImportOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {
    private static final String HEAD = "iputrace-stream 1\nsource=agent\nkernel=6.1\n\n";
    private static final String LINE = " rm-1 [000] ..... 1.000001: iput: (iput+0x0/0x220) inode=0x10 i_count=3\n";

    @TempDir
    Path folder;

    @Test
    void recordingTextStreamAndTheirGzipsAreTold() throws Exception {
        Path text = Files.writeString(folder.resolve("a"), LINE);
        Path stream = Files.write(folder.resolve("b"), stream(iput(5, 0), stat(6, 1)));
        Path recording = folder.resolve("c");
        try (Recorder recorder =
                new Recorder(recording, Provenance.of(Map.of("source", "x")), RecorderOptions.UNBOUNDED)) {
            recorder.cell(new EventCell(view(iput(5, 0))));
        }

        assertThat(read(text)).containsExactly("2 1000001000", "end ftrace");
        assertThat(read(stream)).containsExactly("2 5", "36 6", "end agent");
        assertThat(read(recording)).containsExactly("2 5", "end x");
        assertThat(read(recording.resolve("metadata"))).containsExactly("2 5", "end x");
        assertThat(read(gzip(text))).containsExactly("2 1000001000", "end ftrace");
        assertThat(read(gzip(stream))).containsExactly("2 5", "36 6", "end agent");
    }

    @Test
    void whatCannotBeReadIsRefusedWithTheCommandThatHelps() throws Exception {
        Path perf = Files.writeString(folder.resolve("perf.data"), "PERFILE2.......................");
        Path letter = Files.writeString(folder.resolve("letter"), "Dear Sir\n");
        Path empty = Files.writeString(folder.resolve("empty"), "");

        assertThatThrownBy(() -> read(perf))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("perf script --ns");
        assertThatThrownBy(() -> read(letter)).isInstanceOf(TraceFormatException.class);
        assertThatThrownBy(() -> read(empty)).isInstanceOf(TraceFormatException.class);
        assertThatThrownBy(() -> read(folder.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessage("no such file: path=" + folder.resolve("none"));
        assertThatThrownBy(() -> read(folder)).hasMessage("not a recording: no metadata in it: path=" + folder);
    }

    @Test
    void aGzipThatIsCutGivesWhatIsInItAndIsDamage() throws Exception {
        Path text = Files.writeString(folder.resolve("a"), LINE.repeat(100_000));
        byte[] whole = Files.readAllBytes(gzip(text));
        Path cut = Files.write(folder.resolve("cut.gz"), java.util.Arrays.copyOf(whole, whole.length / 2));

        try (EventSource source = Inputs.open(cut.toString(), ImportOptions.NONE)) {
            List<String> cells = drain(source);

            assertThat(cells.size()).isBetween(10_000, 90_000);
            assertThat(cells.get(cells.size() - 1)).startsWith("35 ");
            assertThat(source.provenance().get("damage")).contains("cannot be read");
        }
    }

    @Test
    void allMembersOfAGzipAreRead() throws Exception {
        byte[] member = Files.readAllBytes(gzip(Files.writeString(folder.resolve("a"), LINE.repeat(3))));
        Path both = Files.write(folder.resolve("both.gz"), joined(member, member));

        assertThat(read(both)).hasSize(7);
        assertThat(gunzipped(joined(member, member), 1)).isEqualTo(LINE.repeat(6));
        assertThat(gunzipped(joined(member, member), member.length)).isEqualTo(LINE.repeat(6));
    }

    /** Java's own reader takes whatever is no second member for the end. */
    @Test
    void whatFollowsAMemberOfAGzipAndIsNoneIsDamage() throws Exception {
        byte[] member = Files.readAllBytes(gzip(Files.writeString(folder.resolve("a"), LINE)));
        byte[] badMagic = member.clone();
        badMagic[1] ^= 1;
        byte[] badSum = member.clone();
        badSum[badSum.length - 8] ^= 1;
        byte[] cut = java.util.Arrays.copyOf(member, 5);
        byte[] garbage = {0, 0, 7};

        for (byte[] second : List.of(badMagic, badSum, cut, garbage)) {
            Path path = Files.write(folder.resolve("two.gz"), joined(member, second));
            try (EventSource source = Inputs.open(path.toString(), ImportOptions.NONE)) {
                assertThat(drain(source)).first().isEqualTo("2 1000001000");
                assertThat(source.provenance().get("damage"))
                        .as("second=%d bytes", second.length)
                        .contains("cannot be read: gzip");
            }
        }
    }

    private static String gunzipped(byte[] bytes, int pieceMax) throws IOException {
        InputStream pieces = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] to, int from, int length) {
                return super.read(to, from, Math.min(length, pieceMax));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
        try (InputStream in = new GunzipStream(pieces)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void standardInputCanBeReadOnce() throws Exception {
        InputStream stdin = System.in;
        System.setIn(new ByteArrayInputStream(LINE.getBytes(StandardCharsets.UTF_8)));
        try {
            Inputs.open(Inputs.PIPE, ImportOptions.NONE).close();

            assertThatThrownBy(() -> Inputs.open(Inputs.PIPE, ImportOptions.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessage("stdin was read already, and can be read once: path=-");
        } finally {
            System.setIn(stdin);
        }
    }

    @Test
    void provenanceMarksRefineAndAreNotHandedOn() throws Exception {
        String refined = "source=agent\nself_check=ok: " + "x".repeat(60) + "\n";
        ByteArrayOutputStream marks = new ByteArrayOutputStream();
        byte[] text = refined.getBytes(StandardCharsets.UTF_8);
        for (int at = 0, index = 0; at <= text.length; at += 47, index++) {
            byte[] cell = new byte[CellLayout.CELL_SIZE];
            new CellWriter(view(cell)).begin(0, 7, OpCode.MARK, 1, 0, index);
            System.arraycopy(text, at, cell, CellLayout.WORDS, Math.min(47, text.length - at));
            marks.write(cell);
        }

        try (EventSource source = raw(stream(marks.toByteArray(), stat(9, 0)))) {
            assertThat(source.provenance().kernel()).isEqualTo("6.1");
            assertThat(drain(source)).containsExactly("36 9");
            assertThat(source.provenance().get("self_check")).isEqualTo("ok: " + "x".repeat(60));
        }
    }

    @Test
    void aStreamThatDiedSaysSo() throws Exception {
        try (EventSource source = raw(stream(iput(5, 0)))) {
            assertThat(drain(source)).containsExactly("2 5");
            assertThat(source.provenance().get("incomplete.stream")).contains("without its end mark");
        }
        try (EventSource source = raw(stream(iput(5, 0), mark(OpCode.MARK_END)))) {
            assertThat(drain(source)).containsExactly("2 5");
            assertThat(source.provenance().get("incomplete.stream")).isNull();
        }
        byte[] cut = java.util.Arrays.copyOf(stream(iput(5, 0), iput(6, 1)), HEAD.length() + 100);
        try (EventSource source = raw(cut)) {
            assertThat(drain(source)).containsExactly("2 5");
            assertThat(source.provenance().get("damage")).isEqualTo("ends inside a cell: byte=" + cut.length);
        }
    }

    @Test
    void aStreamWithoutItsHeadIsRefused() {
        assertThatThrownBy(() -> raw("iputrace-stream 1\nsource=".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(TraceFormatException.class)
                .hasMessage("agent stream: no end of its provenance: bytes=25");
        assertThatThrownBy(() -> raw("iputrace-stream 9\n\n".getBytes(StandardCharsets.UTF_8)))
                .hasMessage("agent stream: unknown version: first line=iputrace-stream 9");
    }

    @Test
    void aPipeIsReadAsItComesAndNeverBlocks() throws Exception {
        PipedInputStream in = new PipedInputStream();
        OutputStream out = new PipedOutputStream(in);
        out.write(stream(iput(5, 0)));
        out.flush();
        try (EventSource source = new RawStreamSource(new WaitingForHead(in), -1)) {
            List<String> cells = new ArrayList<>();
            while (cells.isEmpty()) {
                source.drain(cell -> cells.add(cell.op() + " " + cell.tsNs()));
            }
            assertThat(source.drain(cell -> {})).isZero();
            out.write(stat(8, 1));
            out.close();
            assertThat(drain(source)).containsExactly("36 8");
        }
    }

    /** What {@link Inputs} does with standard input. */
    private static final class WaitingForHead extends InputStream {
        private final PipeStream pipe;

        WaitingForHead(InputStream in) {
            pipe = new PipeStream(in, "test");
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            return pipe.read(to, from, length);
        }

        @Override
        public int read() {
            return pipe.read();
        }
    }

    @Test
    void filtersKeepLossHonest() throws Exception {
        byte[] stream = stream(iput(5, 0), iput(6, 1), iput(7, 4), iput(8, 5), stat(9, 8));

        try (EventSource source = new FilteredSource(raw(stream), new Filter(6L, 7L, null, null))) {
            assertThat(source.provenance().get("seq")).isEqualTo("none");
            assertThat(source.provenance().get("filter")).isEqualTo("from_ns=6, to_ns=7");
            assertThat(drain(source)).as("two lost between").containsExactly("2 6", "2 7", "35 7 2");
        }
        try (EventSource source = new FilteredSource(raw(stream), new Filter(null, null, 104L, null))) {
            assertThat(drain(source)).containsExactly("2 7", "35 8 2");
        }
    }

    @Test
    void anUnmountIsNoEventOfAFilterThatNothingFits() throws Exception {
        byte[] stream = stream(iput(5, 0), umount(6, 1));

        try (EventSource source = new FilteredSource(raw(stream), new Filter(null, null, 999_999L, null))) {
            assertThat(drain(source)).isEmpty();
        }
        try (EventSource source = new FilteredSource(raw(stream), new Filter(null, null, 100L, null))) {
            assertThat(drain(source)).containsExactly("2 5", OpCode.UMOUNT + " 6");
        }
    }

    private static EventSource raw(byte[] bytes) throws IOException {
        return new RawStreamSource(new ByteArrayInputStream(bytes), bytes.length);
    }

    private static List<String> read(Path path) throws IOException {
        try (EventSource source = Inputs.open(path.toString(), ImportOptions.NONE)) {
            List<String> cells = drain(source);
            cells.add("end " + source.provenance().source());
            return cells;
        }
    }

    private static List<String> drain(EventSource source) {
        List<String> cells = new ArrayList<>();
        int count = 0;
        while (count != EventSource.END) {
            count = source.drain(cell ->
                    cells.add(cell.op() + " " + cell.tsNs() + (cell.op() == OpCode.LOSS ? " " + cell.word(0) : "")));
        }
        return cells;
    }

    private Path gzip(Path path) throws IOException {
        Path zipped = path.resolveSibling(path.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            Files.copy(path, out);
        }
        return zipped;
    }

    private static byte[] stream(byte[]... cells) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(HEAD.getBytes(StandardCharsets.UTF_8));
        for (byte[] cell : cells) {
            out.write(cell);
        }
        return out.toByteArray();
    }

    private static ByteBuffer view(byte[] cell) {
        return ByteBuffer.wrap(cell).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** i_ino is 100 + seq. */
    private static byte[] iput(long tsNs, int seq) {
        byte[] cell = new byte[CellLayout.CELL_SIZE];
        new CellWriter(view(cell)).begin(0, tsNs, OpCode.IPUT, 0, 0, seq).inode(16, 100 + seq, 1);
        return cell;
    }

    private static byte[] umount(long tsNs, int seq) {
        byte[] cell = new byte[CellLayout.CELL_SIZE];
        new CellWriter(view(cell)).begin(0, tsNs, OpCode.UMOUNT, 0, 0, seq).inode(0, 0, 1);
        return cell;
    }

    private static byte[] mark(int flags) {
        byte[] cell = new byte[CellLayout.CELL_SIZE];
        new CellWriter(view(cell)).begin(0, 9, OpCode.MARK, flags, 0, 0);
        return cell;
    }

    private static byte[] stat(long tsNs, long tried) {
        byte[] cell = new byte[CellLayout.CELL_SIZE];
        new CellWriter(view(cell)).begin(0, tsNs, OpCode.STAT, 0, 0, Stat.SEQ).word(0, tried);
        return cell;
    }
}
