package dev.iputrace.trace.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.iputrace.trace.TraceFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureRecipeTest {
    @ParameterizedTest
    @ValueSource(strings = {"ftrace", "trace-cmd", "perf", "bpftrace", "systemtap"})
    void everyToolGetsTheOffsetsOfItsKernel(String tool) throws Exception {
        String text = CaptureRecipe.text(tool, "6.1.0-56-amd64", null);

        assertThat(text).contains("on kernel 6.1.0-56-amd64", "344", "152").doesNotContain("@", "OFFSET_OF_");
    }

    @Test
    void offsetsOfLaterKernelsDiffer() throws Exception {
        assertThat(CaptureRecipe.text("ftrace", "6.12.117", null))
                .contains("i_count=+336(%di):s32", "i_state=+144(%di):x32");
        assertThat(CaptureRecipe.text("perf", "6.1.0", null)).contains("i_state=+152(%di):x64");
    }

    @Test
    void theKernelOfThePanicIsPointedToSystemtapAndToWhatMustBeReadOff() throws Exception {
        String kernel = "2.6.32-279.14.1.el6.x86_64";

        assertThat(CaptureRecipe.text("ftrace", kernel, null)).contains("use --how systemtap instead");
        assertThat(CaptureRecipe.text("ftrace", "2.6.32-358.el6", null)).doesNotContain("use --how systemtap");
        assertThat(CaptureRecipe.text("systemtap", kernel, null))
                .startsWith("# NOT READY TO RUN: the offsets of " + kernel)
                .contains("kernel_int(inode + OFFSET_OF_i_count)", "pahole -C inode", "ext4_free_io_end");
    }

    @Test
    void badWordsAreNamed() {
        assertThatThrownBy(() -> CaptureRecipe.text("dtrace", "6.1", null))
                .hasMessage("how: unknown tool: dtrace, want one of [ftrace, trace-cmd, perf, bpftrace, systemtap]");
        assertThatThrownBy(() -> CaptureRecipe.text("perf", "squeeze", null))
                .hasMessage("how: no kernel release: squeeze, want one like 6.1.0");
    }

    @Test
    void btfOfThisHostIsRead() throws Exception {
        Path btf = Path.of("/sys/kernel/btf/vmlinux");
        assumeTrue(Files.isReadable(btf), "no BTF on this host");

        Offsets offsets = Offsets.ofBtf(btf);

        assertThat(offsets.complete()).isTrue();
        assertThat(offsets.iStateBytes()).isIn(4, 8);
        assertThat(offsets.iCount()).isBetween(100, 2000);
    }

    @Test
    void btfThatIsCutOrNoneIsRefused() throws Exception {
        assertThatThrownBy(() -> Btf.of(new byte[100], "zeros"))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageStartingWith("BTF: bad magic: path=zeros");
        byte[] small = smallBtf();
        for (int length = 24; length < small.length; length += 5) {
            byte[] cut = Arrays.copyOf(small, length);
            assertThatThrownBy(() -> Btf.of(cut, "cut").offset("inode", "i_count"))
                    .isInstanceOfAny(TraceFormatException.class, IndexOutOfBoundsException.class);
        }
    }

    @Test
    void membersOfNamelessUnionsAreFound() {
        Btf btf = Btf.of(smallBtf(), "small");

        assertThat(btf.offset("inode", "i_count")).isEqualTo(8);
        assertThat(btf.size("inode", "i_count")).isEqualTo(4);
        assertThat(btf.offset("inode", "none")).isNull();
        assertThat(btf.offset("none", "i_count")).isNull();
    }

    /** {@code struct inode { int i_ino; union { int i_count; }; }} with the union at 8. */
    private static byte[] smallBtf() {
        String strings = "\0int\0inode\0i_ino\0i_count\0";
        int[] types = {
            1,
            1 << 24,
            4,
            32, // int
            0,
            (5 << 24) | 1,
            4,
            17,
            1,
            0, // union { i_count }
            5,
            (4 << 24) | 2,
            16,
            11,
            1,
            0,
            0,
            2,
            64, // struct inode
        };
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate(24 + 4 * types.length + strings.length())
                .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        buffer.putShort((short) 0xeB9F).put((byte) 1).put((byte) 0).putInt(24);
        buffer.putInt(0).putInt(4 * types.length).putInt(4 * types.length).putInt(strings.length());
        for (int word : types) {
            buffer.putInt(word);
        }
        buffer.put(strings.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        byte[] bytes = new byte[buffer.position()];
        buffer.flip();
        buffer.get(bytes);
        return bytes;
    }
}
