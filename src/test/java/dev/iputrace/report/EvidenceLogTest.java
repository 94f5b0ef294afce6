package dev.iputrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceLogTest {
    private final ByteBuffer bytes = ByteBuffer.allocate(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final CellWriter writer = new CellWriter(bytes);
    private final EventCell cell = new EventCell(bytes);

    @TempDir
    Path dir;

    @Test
    void badPutIsOnTheDiskWithTaskAndStackAfterFlush() throws IOException {
        Path file = dir.resolve("evidence.jsonl");
        try (EvidenceLog log = new EvidenceLog(file, null, Symbols.none())) {
            badPut(log, "kworker/u4:2");
            log.flush();

            assertThat(Files.readString(file))
                    .startsWith("{\"schema\":\"iputrace.evidence/1\",\"event\":\"iput\",\"rules\":[\"R1\",\"R2\"]")
                    .contains("\"dev\":\"8:1\",\"i_ino\":\"12\",\"i_count\":0,\"i_state\":\"0x20\"")
                    .contains("\"comm\":\"kworker/u4:2\",\"stack\":[\"0xabc\",\"0xdef\"]}")
                    .endsWith("}\n");
        }
    }

    @Test
    void hostileTaskNameCannotEndTheLine() throws IOException {
        Path file = dir.resolve("evidence.jsonl");
        try (EvidenceLog log = new EvidenceLog(file, null, Symbols.none())) {
            badPut(log, "a\"}\n{\"x");
            log.flush();

            assertThat(Files.readAllLines(file)).hasSize(1);
        }
    }

    @Test
    void goodPutLeavesNoFile() {
        Path file = dir.resolve("evidence.jsonl");
        try (EvidenceLog log = new EvidenceLog(file, null, Symbols.none())) {
            writer.begin(0, 1, OpCode.IPUT, 0, 0, 0).inode(1, 12, 1).state(1, 0);
            log.cell(cell);
            log.flush();

            assertThat(file).doesNotExist();
            assertThat(log.lines()).isZero();
        }
    }

    @Test
    void fileThatCannotBeWrittenEndsTheFileAndNotTheObservation() {
        Path file = dir.resolve("no such folder").resolve("evidence.jsonl");
        try (EvidenceLog log = new EvidenceLog(file, null, Symbols.none())) {
            badPut(log, "a");
            log.flush();
            badPut(log, "b");
            log.flush();

            assertThat(log.failure()).startsWith("evidence: cannot write: path=" + file);
        }
    }

    @Test
    void warmUpWritesNothing() {
        Path file = dir.resolve("evidence.jsonl");
        try (EvidenceLog log = new EvidenceLog(file, null, Symbols.none())) {
            log.warmUp(cell);
            log.flush();
        }

        assertThat(file).doesNotExist();
    }

    @Test
    void violationGoesToTheKernelLogAtOnceAndAFloodIsCut() throws IOException {
        Path kmsg = Files.createFile(dir.resolve("kmsg"));
        try (KernelLog kernelLog = new KernelLog(kmsg);
                EvidenceLog log = new EvidenceLog(null, kernelLog, Symbols.none())) {
            for (int i = 0; i < 100; i++) {
                badPut(log, "a");
            }
        }

        List<String> lines = Files.readAllLines(kmsg);
        assertThat(lines.get(0))
                .startsWith("<2>iputrace: VIOLATION R1 put-without-reference dev=8:1 ino=12 inode=0x77 i_count=0");
        assertThat(lines).hasSizeBetween(1, 10);
    }

    private void badPut(EvidenceLog log, String comm) {
        int flags = Flag.FREEING | Flag.BROKEN_RULE;
        writer.begin(0, 5, OpCode.IPUT, flags, 1, 9)
                .inode(0x77, 12, 8 << 20 | 1)
                .state(0, 0x20);
        log.cell(cell);
        writer.begin(0, 5, OpCode.COMM, 0, 1, 9).comm(comm, 4, 5);
        log.cell(cell);
        writer.begin(0, 5, OpCode.STACK, 0, 1, 9).word(0, 0xabc).word(1, 0xdef);
        log.cell(cell);
    }
}
