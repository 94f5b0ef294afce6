package dev.iputrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.check.CallStack;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KallsymsTest {
    @Test
    void anAddressIsNamedByTheFunctionBelowIt() throws IOException {
        Kallsyms symbols = read("""
                ffffffffc0000100 t ext4_free_io_end\t[ext4]
                ffffffffc0000140 t ext4_init_io_end\t[ext4]
                ffffffff81000000 T _text
                ffffffff81000000 T startup_64
                ffffffff81000060 t secondary
                ffffffff82000000 D jiffies
                """);

        assertThat(symbols.symbol(0xffffffff81000010L)).isEqualTo("_text+0x10/0x60");
        assertThat(symbols.symbol(0xffffffffc000011fL)).isEqualTo("ext4_free_io_end+0x1f/0x40 [ext4]");
        assertThat(symbols.function(0xffffffffc000011fL)).isEqualTo("ext4_free_io_end");
        assertThat(symbols.size()).isEqualTo(5);
        assertThat(symbols.hidden()).isFalse();
    }

    @Test
    void theLastFunctionHasNoSize() throws IOException {
        Kallsyms symbols = read("ffffffffc0000140 t ext4_init_io_end\t[ext4]");

        assertThat(symbols.symbol(0xffffffffc0000150L)).isEqualTo("ext4_init_io_end+0x10 [ext4]");
    }

    @Test
    void anAddressOutsideAllFunctionsStaysANumber() throws IOException {
        Kallsyms symbols = read("ffffffff81000000 T _text\nffffffffc0000140 t ext4_init_io_end\t[ext4]\n");

        assertThat(symbols.symbol(0x1234)).isEqualTo("0x1234");
        assertThat(symbols.symbol(0xffffffff90000000L)).isEqualTo("0xffffffff90000000");
        assertThat(symbols.function(0x1234)).isEqualTo("0x1234");
    }

    @Test
    void zerosMeanThatTheKernelHidesThem() throws IOException {
        Kallsyms symbols = read("0000000000000000 T _text\n0000000000000000 T iput\n");

        assertThat(symbols.hidden()).isTrue();
        assertThat(symbols.symbol(0xffffffff81000000L)).isEqualTo("0xffffffff81000000");
    }

    @Test
    void linesOfAnotherFormAreSkipped() throws IOException {
        String longLine = "ffffffff81000000 T " + "x".repeat(5000);
        Kallsyms symbols = read("\nnonsense\nffffffff81000100\nffffffff81000200 T \n" + longLine + "\n");

        assertThat(symbols.size()).isEqualTo(1);
        assertThat(symbols.function(0xffffffff81000001L)).isEqualTo("x".repeat(255));
    }

    private static Kallsyms read(String text) throws IOException {
        return Kallsyms.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatTheTracerAddsToAStackIsLeftOut() throws IOException {
        String text = """
                ffffffff81000100 T igrab
                ffffffffc0001000 t ext4_init_io_end\t[ext4]
                ffffffffc0002000 t ext4_writepages\t[ext4]
                ffffffffc0500000 t bpf_prog_0123456789abcdef_f_igrab_ret\t[bpf]
                ffffffffc0600000 t bpf_trampoline_6442\t[bpf]
                """;
        Symbols symbols = Kallsyms.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        CallStack stack = CallStack.of(
                0xffffffffc0500010L,
                0xffffffffc0600040L,
                0xffffffff81000105L,
                0xffffffffc0001030L,
                0xffffffffc0600076L,
                0xffffffffc0001005L,
                0xffffffffc0002468L);

        assertThat(symbols.frames(stack))
                .extracting(frame -> frame.replaceAll("/.*", ""))
                .containsExactly("igrab+0x5", "ext4_init_io_end+0x30", "ext4_writepages+0x468 [ext4]");
    }
}
