package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.report.Kallsyms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptSymbolsTest {
    @TempDir
    Path folder;

    private void keep(String kallsyms) throws Exception {
        new KeptSymbols(KeptSymbols.From.file(Files.writeString(folder.resolve("kallsyms"), kallsyms)), folder).close();
    }

    @Test
    void functionsAreKeptAndFoundAgain() throws Exception {
        keep("ffffffff81000000 T iput\nffffffff81000100 D some_data\nffffffffc0000000 t ext4_free_io_end\t[ext4]\n");

        Kallsyms kept = Kallsyms.read(Objects.requireNonNull(KeptSymbols.of(folder)));

        assertThat(kept.size()).isEqualTo(2);
        assertThat(kept.symbol(0xffffffffc0000017L)).isEqualTo("ext4_free_io_end+0x17 [ext4]");
    }

    @Test
    void addressesThatTheKernelHidesAreNotKept() throws Exception {
        keep("0000000000000000 T iput\n0000000000000000 T igrab\n");

        assertThat(KeptSymbols.of(folder)).isNull();
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("kallsyms"));
        }
    }

    @Test
    void aRecordingWithoutAnyIsNoError() {
        new KeptSymbols(KeptSymbols.From.file(folder.resolve("missing")), folder).close();

        assertThat(KeptSymbols.of(folder)).isNull();
        assertThat(KeptSymbols.of(Path.of("-"))).isNull();
    }
}
