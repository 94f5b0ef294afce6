package dev.iputrace.bcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real libbcc, in a child JVM, against headers made for this test. Needs no right to use BPF. */
class CompilerTest {
    private static final String PLAIN = "__u32 i_state";
    private static final String BITS = "#define I_WILL_FREE 0x40\n#define I_FREEING 0x80\n#define I_CLEAR 0x100";
    private static final int HEAD_SIZE = 8 + 64 + 8 * 4;
    private static final int ADD_IMMEDIATE = 0x07;
    private static final int MOVE_IMMEDIATE = 0xb7;
    private static final int LOAD_64 = 0x18;

    @TempDir
    Path folder;

    @BeforeEach
    void libbccIsThere() {
        assumeTrue(
                List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64").stream()
                        .anyMatch(dir -> Files.exists(Path.of(dir, "libbcc.so.0"))),
                "libbcc.so.0 is not installed: apt-get install libbpfcc");
    }

    /** The file's parts, read independently of {@link ProgramFile}. */
    private record Parts(List<Integer> head, String text, Map<String, byte[]> functions) {
        static Parts of(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            List<Integer> head = new java.util.ArrayList<>();
            for (int at = 72; at < HEAD_SIZE; at += 4) {
                head.add(in.getInt(at));
            }
            int at = HEAD_SIZE + head.get(6);
            Map<String, byte[]> functions = new TreeMap<>();
            while (at < bytes.length) {
                String name = new String(bytes, at, 24, StandardCharsets.US_ASCII).strip();
                int size = in.getInt(at + 24);
                functions.put(name.replace("\0", ""), java.util.Arrays.copyOfRange(bytes, at + 32, at + 32 + size));
                at += 32 + size;
            }
            return new Parts(head, new String(bytes, HEAD_SIZE, head.get(6), StandardCharsets.UTF_8), functions);
        }

        /** Whether a function has an instruction with this code, register and number. */
        boolean has(String function, int code, int register, int immediate) {
            ByteBuffer in = ByteBuffer.wrap(functions.get(function)).order(ByteOrder.nativeOrder());
            for (int at = 0; at < in.capacity(); at += 8) {
                if ((in.get(at) & 0xff) == code
                        && (register < 0 || (in.get(at + 1) & 0x0f) == register)
                        && in.getInt(at + 4) == immediate) {
                    return true;
                }
            }
            return false;
        }
    }

    private Parts compile(String state, String bits) throws IOException {
        Path whole = FakeHeaders.whole(folder.resolve("headers"), state, bits);
        KernelHeaders headers = KernelHeaders.of(folder, FakeHeaders.RELEASE, whole);
        try (BccProgram program = BccProgram.compile(headers, BccProgram.javaCommand())) {
            return Parts.of(Files.readAllBytes(program.file()));
        }
    }

    @Test
    void eachProbeIsCompiledWithOffsetsAndBitsOfTheHeaders() throws IOException {
        Parts parts = compile(PLAIN, BITS);

        assertThat(parts.head().subList(0, 5)).containsExactly(1, 0x066300, 0x40, 0x80, 0x100);
        assertThat(parts.functions().keySet())
                .containsExactly(
                        "k_birth",
                        "k_clear",
                        "k_death",
                        "k_evict",
                        "k_igrab",
                        "k_igrab_ret",
                        "k_ihold",
                        "k_io_end_free",
                        "k_io_end_init",
                        "k_io_end_init_ret",
                        "k_iput",
                        "k_iput_not_last",
                        "k_umount");
        assertThat(parts.has("k_iput", ADD_IMMEDIATE, -1, FakeHeaders.STATE_OFFSET))
                .isTrue();
        assertThat(parts.has("k_iput", ADD_IMMEDIATE, -1, FakeHeaders.COUNT_OFFSET))
                .isTrue();
        assertThat(parts.text()).contains("bcc.library=/usr/lib", "bcc.compile_ms=", "bcc.headers=" + folder);
    }

    /** Eight bytes of a field of four would take in its neighbour, and four of eight lose bits. */
    @Test
    void iStateIsReadInItsOwnSizeInEachOfItsShapes() throws IOException {
        String inEnum = "enum inode_state_flags_t { I_WILL_FREE = 0x80, I_FREEING = 0x100, I_CLEAR = 0x200 };";
        String inStruct = "enum inode_state_flags_enum { I_WILL_FREE = 0x80, I_FREEING = 0x100, I_CLEAR = 0x200 };\n"
                + "struct inode_state_flags { enum inode_state_flags_enum __state; };";

        Parts old = compile("unsigned long i_state", BITS);
        Parts since618 = compile("enum inode_state_flags_t i_state", inEnum);
        Parts since619 = compile("struct inode_state_flags i_state", inStruct);

        assertThat(old.has("k_evict", MOVE_IMMEDIATE, 2, 8)).isTrue();
        assertThat(since618.head().subList(2, 5)).containsExactly(0x80, 0x100, 0x200);
        assertThat(since619.head().subList(2, 5)).containsExactly(0x80, 0x100, 0x200);
        assertThat(since618.functions().get("k_evict"))
                .isEqualTo(since619.functions().get("k_evict"))
                .isNotEqualTo(old.functions().get("k_evict"));
    }

    /** The agent replaces these numbers by descriptors; there must be no other reference. */
    @Test
    void mapsAreNumbersFromTheSharedList() throws IOException {
        Parts parts = compile(PLAIN, BITS);

        parts.functions().forEach((name, code) -> {
            ByteBuffer in = ByteBuffer.wrap(code).order(ByteOrder.nativeOrder());
            for (int at = 0; at < code.length; at += 8) {
                int kind = in.get(at + 1) >> 4 & 0x0f;
                if ((in.get(at) & 0xff) == LOAD_64) {
                    assertThat(kind).as(name).isBetween(0, 2);
                    assertThat(kind == 0 || in.getInt(at + 4) < 9).as(name).isTrue();
                    at += 8;
                }
            }
        });
        assertThat(parts.has("k_iput", LOAD_64, -1, 0)).as("the events ring").isTrue();
    }

    @Test
    void headersInTwoFoldersGiveTheSameProgram() throws IOException {
        Path source = folder.resolve("linux-headers-6.99.0-common");
        Path build = folder.resolve("linux-headers-6.99.0-fake");
        FakeHeaders.source(source, PLAIN, BITS);
        FakeHeaders.build(build, FakeHeaders.RELEASE);
        FakeHeaders.write(build, "Makefile", "include " + source + "/Makefile\n");
        KernelHeaders split = KernelHeaders.of(Path.of("/"), FakeHeaders.RELEASE, build);

        try (BccProgram program = BccProgram.compile(split, BccProgram.javaCommand())) {
            Parts parts = Parts.of(Files.readAllBytes(program.file()));

            assertThat(split.source()).isEqualTo(source);
            assertThat(parts.functions().get("k_iput"))
                    .isEqualTo(compile(PLAIN, BITS).functions().get("k_iput"));
        }
    }

    @Test
    void aFolderOfHeadersSaysItselfForWhichKernel() throws IOException {
        Path whole = FakeHeaders.whole(folder.resolve("headers"), PLAIN, BITS);

        try (BccProgram program = BccProgram.compile(whole)) {
            assertThat(program.release()).isEqualTo(FakeHeaders.RELEASE);
            assertThat(new String(Files.readAllBytes(program.file()), 8, 11, StandardCharsets.US_ASCII))
                    .isEqualTo(FakeHeaders.RELEASE);
        }
    }

    @Test
    void headersThatDoNotFitAreNamedWithTheCompilersWords() throws IOException {
        Path whole = FakeHeaders.whole(folder.resolve("headers"), "int no_state", BITS);
        KernelHeaders headers = KernelHeaders.of(folder, FakeHeaders.RELEASE, whole);

        assertThatThrownBy(() -> BccProgram.compile(headers, BccProgram.javaCommand()))
                .isInstanceOf(BccException.class)
                .hasMessageContaining("the program does not compile against these headers: dir=" + whole)
                .hasMessageContaining("error: no member named 'i_state'");
    }

    @Test
    void aLibraryThatIsNotThereIsNamedWithThePackage() {
        assertThatThrownBy(() -> LibBcc.load("bcc-of-nobody"))
                .isInstanceOf(BccException.class)
                .hasMessageContaining("cannot load libbcc-of-nobody.so: ")
                .hasMessageContaining("install the package libbpfcc");
    }
}
