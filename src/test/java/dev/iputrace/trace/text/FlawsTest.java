package dev.iputrace.trace.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.check.Verdict;
import dev.iputrace.event.Op;
import dev.iputrace.event.Provenance;
import dev.iputrace.fuzz.Drained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No line that could not be read goes without a word, and no line that is none is held against a trace. */
class FlawsTest {
    /** Line 7, the first iput. */
    private static final String PUT = CleanTrace.TEXT.lines().toList().get(6);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    [001] | [x01] | incomplete.lines | 1 line is a garbled event: line 7: rm-149   [x01] .....
                    1.000003 | 1.0a0003 | incomplete.lines | 1 line is a garbled event: line 7: rm-149   [001]
                    iput: | iput | incomplete.lines | 1 line is a garbled event: line 7: rm-149   [001]
                    inode=0xff10 | inode=0xzz | incomplete.events | 1 event lacks the address it is about: line 7: rm
                    inode=0xff10 | inode=(fault) | incomplete.events | 1 event lacks the address it is about: line 7
                    i_state=0x0 | i_state=(fault) | incomplete.fields | of its kind, or its value: line 7: rm
                    i_state=0x0 | i_state=0x0 i_state=0x1 | incomplete.fields | of its kind, or its value: line 7: rm
                    i_state=0x0 | i_state=(fault) i_state=0x0 | incomplete.fields | or its value: line 7: rm
                    i_count=2 | i_count=99999999999999999999 | incomplete.fields | of its kind, or its value: line 7: rm
                    i_ino=12 | '' | incomplete.fields | of its kind, or its value: line 7
                    """)
    void aGarbledLineIsNamedAndIsNotOk(String from, String to, String key, String what) throws Exception {
        String text = CleanTrace.TEXT.replace(PUT, PUT.replace(from, to));

        assertThat(text).isNotEqualTo(CleanTrace.TEXT);
        assertThat(unknown(text)).anyMatch(reason -> reason.contains(what));
        assertThat(provenance(text).get(key)).contains(what);
        assertThat(Imports.of(text).count(Op.LOSS)).isEqualTo(key.equals("incomplete.fields") ? 0 : 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 24, 30, 45, 60, 80})
    void aLineThatIsCutIsNoEvent(int length) throws Exception {
        String text = CleanTrace.TEXT.replace(PUT, PUT.substring(0, length));

        assertThat(unknown(text)).isNotEmpty().anyMatch(reason -> reason.contains("line 7"));
    }

    @Test
    void twoLinesWithoutALineFeedBetweenAreNoEvent() throws Exception {
        Provenance puts = provenance(CleanTrace.TEXT.replace(PUT + "\n", PUT));
        Provenance returned = provenance(CleanTrace.TEXT.replace("ret=0xff10\n", "ret=0xff10"));

        assertThat(puts.get("incomplete.lines")).startsWith("1 line is a garbled event: line 7");
        assertThat(returned.get("incomplete.lines")).startsWith("1 line is a garbled event: line 10");
    }

    @Test
    void aFieldThatOnlyLaterLinesHaveIsLackedByTheEarlier() throws Exception {
        String text = CleanTrace.TEXT.replace(PUT, PUT.replace(" i_nlink=1 s_dev=8388611", ""));

        assertThat(provenance(text).get("incomplete.fields"))
                .contains("1 event lacks")
                .endsWith(": line 7");
    }

    /** {@code i_count=1} may be the beginning of 12, and 0 of 0x1. */
    @Test
    void aLastLineWithoutItsEndIsNoEventAndSaysThatTheTraceWasCut() throws Exception {
        String text = CleanTrace.TEXT + PUT.substring(0, PUT.indexOf("i_count=") + 8) + "0";

        Drained drained = CleanTrace.judged(folder, text, CleanTrace.stats(9, 0), CleanTrace.stats(7, 0));

        assertThat(drained.summary().verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(drained.provenance().get("incomplete.cut"))
                .isEqualTo("the trace was cut: its last line has no end: line 20");
        assertThat(drained.summary().loss().lost()).isEqualTo(1);
        assertThat(unknown(CleanTrace.TEXT.stripTrailing())).isNotEmpty();
    }

    @Test
    void countsAndTheFirstOfManyAreSaidWithoutWhatATerminalObeys() throws Exception {
        String bad = PUT.replace("[001]", "[x\u001b1]") + "\u00e9\n";

        assertThat(provenance(CleanTrace.TEXT.replace(PUT + "\n", bad + bad + bad))
                        .get("incomplete.lines"))
                .startsWith("3 lines are garbled events, first line 7: rm-149   [x\\x1b1] .....")
                .matches("[ -~]+")
                .hasSizeLessThan(200);
    }

    @Test
    void linesOfNoKindAreSaid() throws Exception {
        String text = CleanTrace.TEXT.replace(PUT, PUT + "\nwhatever this is");

        assertThat(unknown(text)).containsExactly("1 line is nothing that iputrace knows: line 8: whatever this is");
        assertThat(unknown("uname -a\nLinux 6.1.0\n\n" + CleanTrace.TEXT)).isEmpty();
    }

    /** As a serial console shows it: what is around a dump is no part of it, what was an event is. */
    @Test
    void whatAConsoleShowsAroundADumpIsNoFlaw() throws Exception {
        String dump = """
                Booting from ROM..
                [    0.000000] Linux version 6.1.0-56-amd64 (debian)
                systemd[1]: Started something.
                [   13.121700] BUG: kernel NULL pointer dereference, address: 0000000000000008
                [   13.121700] Dumping ftrace buffer:
                [   13.121700] ---------------------------------
                [   13.121787]       rm-149       1d..1. 8833948us+: iput: (iput+0x0/0x220) inode=0xff10 i_count=1
                [   13.121787]       rm-149       1d..1. 8833949us+: <stack trace>
                [   13.121787]  => iput
                [   13.121788] CPU: 1 PID: 149 Comm: rm Not tainted 6.1.0-56-amd64 #1
                [   13.121788] RIP: 0010:iput+0x10/0x220
                Call Trace:
                 <TASK>
                 ? __die_body.cold+0x1a/0x1f
                [   13.121799] ---------------------------------
                [   13.121799] ---[ end Kernel panic - not syncing: Fatal exception ]---
                login:\s""";
        String noEvent = dump.replace("Call Trace:", "[   13.121787]    rm-149   1d..1. 88xus+: iput: inode=0xff20");

        assertThat(provenance(dump).entries())
                .containsEntry("import_unmatched", "0")
                .doesNotContainKeys("incomplete.lines", "incomplete.strange", "incomplete.cut");
        assertThat(provenance(dump.replace("Dumping", "the")).get("import_unmatched"))
                .isEqualTo("0");
        assertThat(provenance(noEvent).get("incomplete.lines")).startsWith("1 line is a garbled event: line 12");
    }

    @Test
    void stacksOfAnyEventAreNoFlaw() throws Exception {
        Imports perf = Imports.of("""
                # ========
                rm 290 [001]    50.241007: sched:sched_switch: prev_comm=rm
                \tffffffff8e98cc41 __schedule+0x1 ([kernel.kallsyms])

                rm 290 [001]    50.241008: inoderef:iput: (ffffffff8e98cc40) inode=0x10 i_count=3
                \tffffffff8e98cc41 iput+0x1 ([kernel.kallsyms])

                rm 290 [001]    50.241008: inoderef:iput: (ffffffff8e98cc40) inode=0x0 i_count=3
                \tffffffff8e98cc41 iput+0x1 ([kernel.kallsyms])
                \t    7f1234567890 [unknown] (/usr/bin/rm)

                """);
        Imports traceCmd = Imports.of("""
                version = 6
                CPU 0 is empty
                cpus=2
                    sync-234   [001]    29.317950: iput:                 (ffffffff8e98cc40) inode=0x10 i_count=1
                    sync-234   [001]    29.317951: kernel_stack:         <stack trace >
                => iput (ffffffff8e98cc40)
                => __dentry_kill (ffffffff8e979e5b)
                """);

        for (Imports imports : List.of(perf, traceCmd)) {
            assertThat(imports.provenance().entries())
                    .containsEntry("import_unmatched", "0")
                    .doesNotContainKeys("incomplete.lines", "incomplete.strange");
        }
        assertThat(perf.cells().stream().filter(cell -> cell.startsWith("stack")))
                .hasSize(1);
    }

    @Test
    void theNameOfATaskAddsNothingToOurOwnLine() throws Exception {
        Imports imports = Imports.of("""
                iputrace 8833948000 1 149 iput inode=0xff10 i_count=3 comm=rm
                iputrace 8833948001 1 149 iput inode=0xff10 i_count=3 comm=a inode=0x20
                iputrace 8833948002 1 149 iput inode=0xff10 i_count=3 comm=i_count=0 [001]
                """);

        assertThat(imports.cells()).hasSize(3).allMatch(cell -> cell.contains("inode=ff10") && cell.contains("=3 "));
        assertThat(imports.provenance().entries()).doesNotContainKeys("incomplete.lines", "incomplete.fields");
    }

    @Test
    void ourOwnLineWithAnotherBehindTheNameIsNoEvent() throws Exception {
        String line = "iputrace 8833948000 1 149 iput inode=0xff10 i_count=3 comm=rm";

        Imports imports = Imports.of(line + line + "\n" + line + "\n");

        assertThat(imports.count(Op.IPUT)).isEqualTo(1);
        assertThat(imports.provenance().get("incomplete.lines")).startsWith("1 line is a garbled event: line 1");
    }

    private List<String> unknown(String text) throws IOException {
        Drained drained = CleanTrace.judged(folder, text, CleanTrace.STATS_0 + CleanTrace.STATS_1);
        assertThat(drained.summary().verdict())
                .isEqualTo(drained.summary().reasons().isEmpty() ? Verdict.OK : Verdict.UNKNOWN);
        return drained.summary().reasons();
    }

    private static Provenance provenance(String text) throws IOException {
        return Imports.of(text).provenance();
    }
}
