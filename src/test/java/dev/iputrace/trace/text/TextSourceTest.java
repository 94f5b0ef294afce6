package dev.iputrace.trace.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iputrace.event.Op;
import dev.iputrace.trace.TraceFormatException;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextSourceTest {
    private static final String IPUT = "iput: (iput+0x0/0x220) inode=0xff201e8001462b10 i_count=3 i_ino=12\n";
    private static final String IPUT_CELL =
            "iput 8.833948000 cpu1 tid149 inode=ff201e8001462b10 io_end=0 i_ino=12 i_count=3 i_state=0 "
                    + "flags=0 caller=0";

    /** Every era of the flags column, a record-tgid one, and names chosen to confuse. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "              rm-149     [001] .....     8.833948: ",
                "              rm-149     [001] ....     8.833948: ",
                "              rm-149   [001]     8.833948: ",
                "              rm-149     [001] d..1.     8.833948: ",
                "              rm-149     (    149) [001] .....     8.833948: ",
                "              rm-149     (-------) [001] .....     8.833948: ",
                "  a b-1 [001] x:-149     [001] .....     8.833948: ",
                "x-1 [000] 1.1: i-149     [001] .....     8.833948: ",
                "     a:b-2 iput: -149     [001] .....     8.833948: ",
                "                -149     [001] .....     8.833948: ",
                "           <...>-149     [001] .....     8.833948: ",
                "rm-149 [001] 8.833948: ",
                "            \"\\\"-149     [001] .....     8.833948: ",
            })
    void ftraceHeadsOfAllErasAndHostileNames(String head) throws Exception {
        Imports imports = Imports.of(head + IPUT);

        assertThat(imports.cells()).containsExactly(IPUT_CELL);
        assertThat(imports.provenance().get("import_unmatched")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "              rm   149 [001]     8.833948: inoderef:",
                "              rm   149/149   [001]     8.833948000: inoderef:",
                "rm 149 [001] 8.833948:          1 inoderef:",
                " a b-1 [000] x: 149 [001]     8.833948: inoderef:",
                "   1 [000] 2.2:   149 [001]     8.833948: probe:",
            })
    void perfHeads(String head) throws Exception {
        Imports imports = Imports.of(head + "iput: (ffffffff8e98cc40) inode=0xff201e8001462b10 i_count=3 i_ino=12\n");

        assertThat(imports.cells()).containsExactly(IPUT_CELL);
        assertThat(imports.provenance().source()).isEqualTo("perf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "      rm-149       1..... 8833948us : ",
                "      rm-149       1d..1. 8833948us+: ",
                "[   13.121787]       rm-149       1..... 8833948us : ",
                "[   13.121787][  T149]       rm-149       1..... 8833948us!: ",
                "<4>[   13.121787]   a-b c-149       1..... 8833948us : ",
            })
    void latencyAndConsoleHeads(String head) throws Exception {
        assertThat(Imports.of(head + IPUT).cells()).containsExactly(IPUT_CELL);
    }

    @Test
    void ourOwnLineForBpftraceAndSystemtap() throws Exception {
        Imports imports = Imports.of("""
                iputrace 8833948000 1 149 iput inode=0xff201e8001462b10 i_count=3 i_ino=12 comm=rm
                iputrace 8833949000 1 149 igrab inode=0xff201e8001462b10 i_count=0 ret=0 comm=rm
                """);

        assertThat(imports.cells())
                .containsExactly(
                        IPUT_CELL,
                        "igrab 8.833949000 cpu1 tid149 inode=ff201e8001462b10 io_end=0 i_ino=0 i_count=0 i_state=0 "
                                + "flags=REFUSED caller=0");
    }

    @Test
    void refusedIgrabInsideInitMarksTheIoEnd() throws Exception {
        Imports imports = Imports.of("""
                     kw-9 [000] .....    17.384840: init: (ext4_init_io_end+0x0/0x90 [ext4]) inode=0xff44 st=0xa7
                     kw-9 [000] .....    17.384851: igrab: (igrab+0x0/0x50) inode=0xff44 cnt=0 st=0xa7
                     kw-9 [000] .....    17.385109: igrab_r: (ext4_init_io_end+0x2c/0x90 [ext4] <- igrab) ret=0x0
                     kw-9 [000] .....    17.385110: init_r: (ext4_writepages+0x4/0x9 <- ext4_init_io_end) ret=0xee
                     kw-9 [000] .....    17.385210: free: (ext4_free_io_end+0x0/0x9 [ext4]) io=0xee
                     kw-9 [000] .....    17.385211: iput: (iput+0x0/0x220) inode=0xff44 cnt=0 st=0x24
                """, new ImportOptions(Map.of(), Map.of(), "6.1.0", List.of()));

        assertThat(imports.cells())
                .containsExactly(
                        "igrab 17.384851000 cpu0 tid9 inode=ff44 io_end=0 i_ino=0 i_count=0 i_state=a7 "
                                + "flags=I_FREEING|REFUSED|IN_IO_END_INIT caller=0",
                        "io_end_init 17.384840000 cpu0 tid9 inode=ff44 io_end=ee i_ino=0 i_count=1 i_state=a7 "
                                + "flags=I_FREEING|REFUSED caller=0",
                        "io_end_free 17.385210000 cpu0 tid9 inode=0 io_end=ee i_ino=0 i_count=0 i_state=0 "
                                + "flags=0 caller=0",
                        "iput 17.385211000 cpu0 tid9 inode=ff44 io_end=0 i_ino=0 i_count=0 i_state=24 "
                                + "flags=I_FREEING caller=0");
    }

    @Test
    void nullInodesAreDroppedWithTheirGarbage() throws Exception {
        Imports imports = Imports.of("""
                 sync-1 [000] ..... 1.000001: iput: (iput+0x0/0x220) inode=0x0 i_count=-7
                 sync-1 [000] ..... 1.000002: iput: (iput+0x0/0x220) inode=0x10 i_count=(fault)
                 sync-1 [000] ..... 1.000003: iput: (iput+0x0/0x220) inode=(fault) i_count=0
                """);

        assertThat(imports.cells()).hasSize(2).last().isEqualTo("loss 1.000003000 cpu0 stage=6 lost=1");
        assertThat(imports.cells()).first().asString().contains("inode=10 ").contains("i_count=1 ");
        assertThat(imports.provenance().entries())
                .containsEntry("import_null_inodes", "1")
                .containsEntry("import_incomplete", "1");
    }

    @Test
    void aStringCannotPretendToBeAField() throws Exception {
        Imports imports = Imports.of(" x-1 [000] ..... 1.000001: iput: (iput+0x0/0x220) inode=0x10 comm=\"\" i_count=0 "
                + "x=\"\" i_count=2\n");

        assertThat(imports.cells()).hasSize(1).first().asString().contains("i_count=1 ");
    }

    @Test
    void numbersAsEachEraOfTheKernelPrintsThem() throws Exception {
        Imports imports = Imports.of("""
                 x-1 [000]   1.000001: iput: (iput+0x0/0x70) inode=ffff88003c1aa9d8 cnt=-1 ino=10 st=20
                 x-1 [000]   1.000002: iput: (iput+0x0/0x70) inode=0xffff88003c1aa9d8 cnt=4294967295 ino=0x10 st=0x20
                 x-1 [000]   1.000003: iput: (iput+0x0/0x70) inode=18446612133325285848 cnt=-1 ino=16 st=32
                """);

        assertThat(imports.cells())
                .allMatch(cell -> cell.contains("i_count=-1 i_state=20 ") && cell.contains("i_ino=16 "))
                .hasSize(3);
        assertThat(imports.cells().subList(0, 2)).allMatch(cell -> cell.contains("inode=ffff88003c1aa9d8"));
    }

    /** A count that wraps to below zero would be a proof. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "99999999999999999999",
                "18446744073709551616",
                "4294967296",
                "-2147483649",
                "-18446744073709551615",
                "0x1ffffffff",
                "-",
                "(fault)",
            })
    void aNumberThatIsNoneOfItsFieldIsNoValue(String count) throws Exception {
        Imports imports = Imports.of(" x-1 [000] 1.000001: iput: (iput+0x0/0x70) inode=0x10 i_count=" + count + "\n");

        assertThat(imports.cells()).hasSize(1).first().asString().contains("i_count=1 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967295", "18446744073709551615", "0xffffffff", "0xffffffffffffffff", "-1", "-0001"})
    void anIntComesSignedUnsignedAndExtended(String count) throws Exception {
        Imports imports = Imports.of(" x-1 [000] 1.000001: iput: (iput+0x0/0x70) inode=0x10 i_count=" + count + "\n");

        assertThat(imports.cells()).hasSize(1).first().asString().contains("i_count=-1 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " x-99999999999 [000] 1.000001: iput: (iput+0x0/0x70)",
                " x-1 [65536] 1.000001: iput: (iput+0x0/0x70)",
                " x-1 [000] 9223372036.000001: iput: (iput+0x0/0x70)",
                " x-1 [000] 9223372036854775808: iput: (iput+0x0/0x70)",
                " x 4294967296 [000] 1.000001: g:iput: (iput+0x0/0x70)",
                " x-1 1..... 99999999999999999us : iput: (iput+0x0/0x70)",
                " x-1 99999..... 99us : iput: (iput+0x0/0x70)",
                "iputrace 9223372036854775808 1 149 iput",
                "iputrace 1 99999 149 iput",
            })
    void aHeadWithANumberThatCannotBeIsNoEvent(String head) throws Exception {
        Imports imports = Imports.of(head + " inode=0x10 i_count=3\n x-1 [000] 1.000001: " + IPUT);

        assertThat(imports.count(Op.IPUT)).isEqualTo(1);
        assertThat(imports.provenance().get("import_unmatched")).isEqualTo("1");
    }

    @Test
    void lossMarkersBecomeGaps() throws Exception {
        Imports imports = Imports.of("# entries-in-buffer/entries-written: 145/909   #P:2\n"
                + " rm-1 [000] ..... 1.000001: " + IPUT
                + "CPU:0 [LOST 764 EVENTS]\n"
                + "CPU:1 [LOST EVENTS]\n"
                + "CPU:3 [12 EVENTS DROPPED]\n"
                + "              rm   173 [002]    37.333242: PERF_RECORD_LOST lost 16\n"
                + "Lost 5 events\n");

        assertThat(imports.cells().stream().filter(cell -> cell.startsWith("loss")))
                .containsExactly(
                        "loss 0.000000000 cpu0 stage=6 lost=764",
                        "loss 1.000001000 cpu0 stage=6 lost=764",
                        "loss 1.000001000 cpu1 stage=6 lost=1",
                        "loss 1.000001000 cpu3 stage=6 lost=12",
                        "loss 1.000001000 cpu2 stage=6 lost=16",
                        "loss 1.000001000 cpu0 stage=6 lost=5");
        assertThat(imports.provenance().get("import_unmatched")).isEqualTo("0");
    }

    /** As bpftrace prints them: a CPU after the other. */
    @Test
    void linesOutOfOrderAreSaidAndAccuseNobody() throws Exception {
        String lines = """
                iputrace 2000000000 1 9 io_end_free io_end=0xee
                iputrace 1000000000 0 9 io_end_init inode=0x10 i_count=1 io_end=0xee
                """;

        Imports imports = Imports.of(lines);

        assertThat(imports.cells()).contains("loss 1.000000000 cpu0 stage=6 lost=1");
        assertThat(imports.provenance().get("incomplete.order")).contains("by up to 1000 ms", "sort -s -n -k 2,2");
    }

    @Test
    void aMissedReturnIsLossAndNoOutcome() throws Exception {
        Imports imports = Imports.of("""
                 x-1 [000] ..... 1.000001: igrab: (igrab+0x0/0x50) inode=0x10 i_count=1
                 x-1 [000] ..... 1.000002: igrab_ret: (f+0x1/0x2 <- igrab) ret=0x10
                 x-1 [000] ..... 1.000003: igrab: (igrab+0x0/0x50) inode=0x10 i_count=1
                 x-1 [000] ..... 1.000004: igrab: (igrab+0x0/0x50) inode=0x20 i_count=1
                 x-1 [000] ..... 1.000005: igrab_ret: (f+0x1/0x2 <- igrab) ret=0x20
                """);

        assertThat(imports.count(Op.IGRAB)).isEqualTo(2);
        assertThat(imports.cells()).contains("loss 1.000004000 cpu0 stage=1 lost=1");
    }

    @Test
    void userNamesForEventsAndFields() throws Exception {
        ImportOptions options = new ImportOptions(
                Map.of("my_put", "iput", "my_get", "igrab", "my_get2", "igrab_ret"),
                Map.of("i_count", "xyz"),
                null,
                List.of());

        Imports imports = Imports.of("""
                 x-1 [000]   1.000001: my_put: (ffffffff8e98cc40) inode=0x10 xyz=4
                 x-1 [000]   1.000002: my_get: (ffffffff8e98cc40) inode=0x10 xyz=5
                 x-1 [000]   1.000003: my_get2: (ffffffff8e98cc40 <- ffffffff00000001) ret=0x10
                """, options);

        assertThat(imports.cells()).hasSize(2);
        assertThat(imports.cells().get(0)).startsWith("iput ").contains("i_count=4");
        assertThat(imports.cells().get(1))
                .startsWith("igrab ")
                .contains("i_count=5")
                .endsWith("caller=ffffffff00000001");
    }

    @Test
    void perfStacksStandBehindTheirEvent() throws Exception {
        Imports imports = Imports.of("""
                rm 290 [001]    50.241008: inoderef:iput: (ffffffff8e98cc40) inode=0x10 i_count=3
                \tffffffff8e98cc41 iput+0x1 ([kernel.kallsyms])
                \tffffffff8e979e5b __dentry_kill+0xcb ([kernel.kallsyms])

                rm 290 [001]    50.241009: inoderef:iput: (ffffffff8e98cc40) inode=0x10 i_count=2
                \tffffffff8e98cc41 iput+0x1 ([kernel.kallsyms])

                """);

        assertThat(imports.cells().stream().map(cell -> cell.split(" tid")[0]))
                .containsExactly(
                        "iput 50.241008000 cpu1",
                        "stack 50.241008000 cpu1 0 ffffffff8e98cc41 ffffffff8e979e5b",
                        "iput 50.241009000 cpu1",
                        "stack 50.241009000 cpu1 0 ffffffff8e98cc41 0");
        assertThat(imports.provenance().get("import_unmatched")).isEqualTo("0");
    }

    @Test
    void whatIsNoTraceIsRefused() {
        byte[] text = "Dear Sir or Madam,\nno trace here.\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);

        assertThatThrownBy(() ->
                        new TextSource(new ByteArrayInputStream(text), -1, ImportOptions.NONE).orRefuse("letter.txt"))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageStartingWith("no trace that iputrace knows: path=letter.txt");
    }

    @Test
    void aLineWithoutEndIsNoDanger() throws Exception {
        String endless = "x".repeat(3 << 20) + "\n rm-1 [000] ..... 1.000001: " + IPUT;

        assertThat(Imports.of(endless).count(Op.IPUT)).isEqualTo(1);
    }
}
