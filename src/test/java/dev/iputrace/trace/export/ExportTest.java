package dev.iputrace.trace.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExportTest {
    private static final int REFUSED = Flag.REFUSED | Flag.FREEING | Flag.IN_IO_END_INIT;

    @Test
    void jsonLinesAreJsonWhateverTheNames() throws Exception {
        Provenance provenance = Provenance.of(Map.of("source", "x", "comm", "\"\\</script>\u00e9\n\u0001"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Exporter exporter = new JsonLines(out, provenance)) {
            exporter.cell(event(OpCode.IPUT, Flag.FREEING, -1L, 0xffff888001234567L, 0));
            exporter.cell(comm("a\"b\u0007"));
        }

        List<Map<String, String>> lines = objects(out);

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).containsEntry("comm", "\"\\</script>\u00e9\n\u0001");
        assertThat(lines.get(1))
                .containsEntry("schema", "iputrace.event/1")
                .containsEntry("ts_ns", "18446744073709551615")
                .containsEntry("inode", "0xffff888001234567")
                .containsEntry("i_count", "-1")
                .containsEntry("s_dev", "8:1")
                .containsEntry("flags", "I_FREEING");
        assertThat(lines.get(2)).containsEntry("op", "comm").containsEntry("text", "a\"b\u0007");
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("</script>");
    }

    @Test
    void csvHasAColumnForEachHeadAndNoFormula() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Exporter exporter = new Csv(out)) {
            exporter.cell(event(OpCode.IPUT, 0, 5, 0x10, 0));
            exporter.cell(comm("=cmd|\"x"));
        }

        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();

        assertThat(lines.get(1)).isEqualTo("5,iput,0,7,77,0x10,12,8:1,-1,0x0,0,0x0,0x99,");
        assertThat(lines.get(2)).isEqualTo("9,comm,0,,,,,,,,,,,\"'=cmd|\"\"x\"");
        assertThat(lines.get(1).split(",", -1)).hasSameSizeAs(lines.get(0).split(","));
    }

    @Test
    void aFullDiskIsTold() throws Exception {
        Csv csv = new Csv(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        csv.cell(event(OpCode.IPUT, 0, 5, 0x10, 0));

        assertThatThrownBy(csv::close).isInstanceOf(IOException.class).hasMessage("No space left on device");
    }

    @Test
    void perfettoHasCountersSlicesAndTheFlowFromRefusalToBadPut() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Perfetto exporter = new Perfetto(out, "6.1", cell -> cell.iCount() < 0 ? "R1" : null)) {
            exporter.cell(event(OpCode.IGRAB, REFUSED, 10, 0x10, 0));
            exporter.cell(event(OpCode.IO_END_INIT, REFUSED, 9, 0x10, 0xee));
            exporter.cell(event(OpCode.IO_END_FREE, 0, 20, 0, 0xee));
            exporter.cell(event(OpCode.IPUT, 0, 21, 0x10, 0));
        }

        List<String> packets = new Proto(out.toByteArray()).packets();

        assertThat(packets)
                .containsExactly(
                        "60:{1:1 3:{1:1 6:\"iputrace, kernel 6.1\"}}",
                        "60:{1:66 2:\"i_count of i_ino 12 (0x10)\" 5:1 8:{}}",
                        "8:10 10:1 11:{9:4 11:66 30:-1}",
                        "60:{1:67 2:\"i_ino 12\" 5:1}",
                        "8:10 10:1 11:{9:3 11:67 22:\"iputrace\" 23:\"R1\" A A A A A 47:1}",
                        "60:{1:953 2:\"io_end 0xee\" 5:1}",
                        "8:9 10:1 11:{9:1 11:953 22:\"io_end\" 23:\"io_end of inode 0x10\" A A A A A 47:1}",
                        "8:20 10:1 11:{9:2 11:953}",
                        "8:21 10:1 11:{9:4 11:66 30:-1}",
                        "8:21 10:1 11:{9:3 11:67 22:\"iputrace\" 23:\"R1\" A A A A A 47:1}");
    }

    @Test
    void windowsAroundSuspectsAreJoined() {
        SuspectWindows windows = new SuspectWindows(cell -> cell.iCount() < 0 ? "R1" : null, 100);

        windows.cell(event(OpCode.IPUT, 0, 1000, 0x10, 0));
        windows.cell(event(OpCode.IPUT, 0, 1150, 0x10, 0));
        windows.cell(event(OpCode.IPUT, 0, 5000, 0x10, 0));

        assertThat(windows.found()).isEqualTo(3);
        assertThat(List.of(899L, 900L, 1250L, 1251L, 4900L, 5101L).stream().map(windows::contains))
                .containsExactly(false, true, true, false, true, false);
    }

    private static EventView event(int op, int flags, long tsNs, long inode, long ioEnd) {
        ByteBuffer buffer = ByteBuffer.allocate(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        new CellWriter(buffer)
                .begin(0, tsNs, op, flags, 0, 7)
                .inode(inode, 12, (8 << 20) | 1)
                .ioEnd(ioEnd)
                .state(-1, 0)
                .task(77, 0x99);
        return new EventCell(buffer);
    }

    private static EventView comm(String comm) {
        ByteBuffer buffer = ByteBuffer.allocate(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        new CellWriter(buffer).begin(0, 9, OpCode.COMM, 0, 0, 7).comm(comm, 77, 77);
        return new EventCell(buffer);
    }

    private static List<Map<String, String>> objects(ByteArrayOutputStream out) throws IOException {
        List<Map<String, String>> objects = new ArrayList<>();
        for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
            Map<String, String> object = new LinkedHashMap<>();
            try (JsonParser parser = new JsonFactory().createParser(line)) {
                while (parser.nextToken() != null) {
                    if (parser.currentToken() == JsonToken.FIELD_NAME) {
                        String name = parser.currentName();
                        parser.nextToken();
                        object.put(name, parser.getText());
                    }
                }
            }
            objects.add(object);
        }
        return objects;
    }

    /** Reads the wire format back; debug annotations are only counted ("A"). */
    private static final class Proto {
        private final byte[] bytes;
        private int at;

        Proto(byte[] bytes) {
            this.bytes = bytes;
        }

        List<String> packets() {
            List<String> packets = new ArrayList<>();
            while (at < bytes.length) {
                assertThat(varint()).isEqualTo((1 << 3) | 2);
                int length = (int) varint();
                packets.add(message(at + length));
            }
            return packets;
        }

        private String message(int end) {
            StringBuilder text = new StringBuilder();
            while (at < end) {
                long tag = varint();
                int field = (int) (tag >>> 3);
                text.append(text.length() == 0 ? "" : " ");
                text.append(value(field, (int) tag & 7));
            }
            return text.toString();
        }

        private String value(int field, int wire) {
            if (wire == 0) {
                return field + ":" + varint();
            }
            if (wire == 1) {
                at += 8;
                return field + ":" + bytes[at - 8];
            }
            int length = (int) varint();
            int end = at + length;
            if (field == 4) {
                at = end;
                return "A";
            }
            boolean isText = field == 2 || field == 6 || field == 22 || field == 23;
            if (isText) {
                at = end;
                return field + ":\"" + new String(bytes, end - length, length, StandardCharsets.UTF_8) + "\"";
            }
            return field + ":{" + message(end) + "}";
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = bytes[at++];
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
        }
    }
}
