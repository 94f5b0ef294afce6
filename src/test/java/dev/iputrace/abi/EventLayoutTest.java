package dev.iputrace.abi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.event.Flag;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Stat;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** C and Java must mean the same bytes: both ways, every constant and offset, as the compiler says them. */
class EventLayoutTest {
    private static final Path DUMP = Path.of("native/.output/layout_dump");

    /** Names in C of what Java calls otherwise. */
    private static final Map<String, String> OFFSETS = Map.ofEntries(
            Map.entry("iputrace_event.ts_ns", "TS_NS"),
            Map.entry("iputrace_event.op", "OP"),
            Map.entry("iputrace_event.flags", "FLAGS"),
            Map.entry("iputrace_event.cpu", "CPU"),
            Map.entry("iputrace_event.seq", "SEQ"),
            Map.entry("iputrace_event.inode", "INODE"),
            Map.entry("iputrace_event.io_end", "IO_END"),
            Map.entry("iputrace_event.i_ino", "I_INO"),
            Map.entry("iputrace_event.caller", "CALLER"),
            Map.entry("iputrace_event.s_dev", "S_DEV"),
            Map.entry("iputrace_event.i_count", "I_COUNT"),
            Map.entry("iputrace_event.i_state", "I_STATE"),
            Map.entry("iputrace_event.tid", "TID"),
            Map.entry("iputrace_stack_cell.address", "WORDS"),
            Map.entry("iputrace_comm_cell.comm", "COMM"),
            Map.entry("iputrace_comm_cell.tgid", "COMM_TGID"),
            Map.entry("iputrace_comm_cell.tid", "COMM_TID"),
            Map.entry("sizeof.iputrace_event", "CELL_SIZE"),
            Map.entry("sizeof.iputrace_stack_cell", "CELL_SIZE"),
            Map.entry("sizeof.iputrace_comm_cell", "CELL_SIZE"),
            Map.entry("sizeof.iputrace_rare", "RARE_SIZE"),
            Map.entry("IPUTRACE_ABI_VERSION", "ABI_VERSION"),
            Map.entry("IPUTRACE_CELL_SIZE", "CELL_SIZE"),
            Map.entry("IPUTRACE_STACK_CELLS", "RARE_STACK_CELLS"),
            Map.entry("IPUTRACE_STACK_WORDS", "WORDS_PER_CELL"),
            Map.entry("IPUTRACE_COMM_LEN", "COMM_LENGTH"));

    @Test
    void cellLayoutIsThatOfTheCompiler() throws Exception {
        Map<String, Integer> c = dump();

        Map<String, Integer> java = new TreeMap<>();
        for (Map.Entry<String, String> name : OFFSETS.entrySet()) {
            java.put(name.getKey(), CellLayout.class.getField(name.getValue()).getInt(null));
        }

        assertThat(c).containsAllEntriesOf(java);
        assertThat(Set.copyOf(OFFSETS.values()))
                .containsAll(fieldsOf(CellLayout.class).keySet());
    }

    @Test
    void rareRecordIsEventCommAndStack() throws Exception {
        Map<String, Integer> c = dump();

        assertThat(c)
                .containsEntry("iputrace_rare.event", 0)
                .containsEntry("iputrace_rare.comm", CellLayout.CELL_SIZE)
                .containsEntry("iputrace_rare.stack", 2 * CellLayout.CELL_SIZE);
    }

    @Test
    void opsAreThoseOfTheHeader() throws Exception {
        Map<String, Integer> java = new HashMap<>();
        for (Op op : Op.values()) {
            java.put(op.name(), op.code());
        }

        assertThat(withPrefix("IPUTRACE_OP_")).isEqualTo(java);
    }

    @Test
    void flagsAreThoseOfTheHeader() throws Exception {
        Map<String, Integer> java = fieldsOf(Flag.class);
        java.remove("DYING");
        Map<String, Integer> c = dump();

        java.forEach((name, value) -> assertThat(c).containsEntry("IPUTRACE_" + name, value));
    }

    @Test
    void marksAreThoseOfTheHeader() throws Exception {
        assertThat(dump())
                .containsEntry("IPUTRACE_MARK_PROVENANCE", OpCode.MARK_PROVENANCE)
                .containsEntry("IPUTRACE_MARK_END", OpCode.MARK_END);
    }

    @Test
    void statisticsAreThoseOfTheHeader() throws Exception {
        assertThat(withPrefix("IPUTRACE_STAT_")).isEqualTo(fieldsOf(Stat.class));
    }

    private static Map<String, Integer> withPrefix(String prefix) throws Exception {
        Map<String, Integer> found = new HashMap<>();
        dump().forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), value);
            }
        });
        return found;
    }

    private static Map<String, Integer> fieldsOf(Class<?> type) throws IllegalAccessException {
        Map<String, Integer> fields = new HashMap<>();
        for (Field field : type.getFields()) {
            fields.put(field.getName(), field.getInt(null));
        }
        return fields;
    }

    private static Map<String, Integer> dump() throws IOException, InterruptedException {
        assertThat(Files.isExecutable(DUMP))
                .as(DUMP + " is built by make -C native")
                .isTrue();
        Process process = new ProcessBuilder(DUMP.toString()).start();
        Map<String, Integer> values = new HashMap<>();
        for (String line : new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), Integer.parseInt(line.substring(equals + 1)));
        }
        assertThat(process.waitFor()).isZero();
        return values;
    }
}
