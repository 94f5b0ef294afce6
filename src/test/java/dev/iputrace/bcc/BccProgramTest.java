package dev.iputrace.bcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BccProgramTest {
    @TempDir
    Path folder;

    private KernelHeaders headers() throws IOException {
        return KernelHeaders.of(folder, FakeHeaders.RELEASE, FakeHeaders.whole(folder, "int i_state", ""));
    }

    private void refuses(String script, String... words) throws IOException {
        KernelHeaders headers = headers();
        assertThatThrownBy(() -> BccProgram.compile(headers, List.of("sh", "-c", script)))
                .isInstanceOf(BccException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    @Test
    void aCrashOfTheCompilerIsAnErrorAndNotOurEnd() throws IOException {
        refuses("echo PLEASE submit a bug report; kill -SEGV $$", "the compiler died: signal=11", "PLEASE submit");
    }

    @Test
    void aCompilerThatEndsWithoutAProgramIsAnError() throws IOException {
        refuses("exit 0", "the compiler died: exit code=0", "said nothing");
    }

    @Test
    void whatTheChildSaysOfItselfIsTheReason() throws IOException {
        refuses(
                "echo main.c:1: error: bad >&2; echo iputrace-bcc: bcc: no luck >&2; exit 4",
                "bcc: no luck; main.c:1: error: bad");
    }

    @Test
    void aCommandThatIsNotThereIsNamed() throws IOException {
        KernelHeaders headers = headers();
        assertThatThrownBy(() -> BccProgram.compile(headers, List.of("/no/such/java")))
                .isInstanceOf(BccException.class)
                .hasMessageContaining("cannot start the compiler: command=/no/such/java");
    }

    @Test
    void closeLeavesNothingBehind() throws IOException {
        Path file;
        try (BccProgram program = BccProgram.compile(headers(), List.of("sh", "-c", "echo x >\"$4\"", "sh"))) {
            file = program.file();
            assertThat(file).hasContent("x\n");
        }
        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    void headersOfAnotherKernelAreRefused() throws IOException {
        Path build = folder.resolve("lib/modules/6.1.0-1/build");
        FakeHeaders.whole(build, "int i_state", "");

        assertThatThrownBy(() -> KernelHeaders.find(folder, "6.1.0-1", Map.of(), folder))
                .isInstanceOf(BccException.class)
                .hasMessageContaining("headers of another kernel")
                .hasMessageContaining("headers=" + FakeHeaders.RELEASE + ", running=6.1.0-1")
                .hasMessageContaining("install linux-headers-6.1.0-1");
    }

    @Test
    void missingHeadersAreNamedWithThePackageAndThePlaces() {
        assertThatThrownBy(() -> KernelHeaders.find(folder, "6.1.0-1", Map.of(), folder))
                .isInstanceOf(BccException.class)
                .hasMessageContaining("no headers of the running kernel: release=6.1.0-1")
                .hasMessageContaining(
                        folder.resolve("lib/modules/6.1.0-1/build").toString())
                .hasMessageContaining("install linux-headers-6.1.0-1 (Debian, Ubuntu)")
                .hasMessageContaining("modprobe kheaders");
    }

    @Test
    void halfOfTheHeadersIsNotEnough() throws IOException {
        Path build = folder.resolve("usr/src/linux-headers-6.1.0-1");
        FakeHeaders.build(build, "6.1.0-1");
        FakeHeaders.write(build, "Makefile", "include /usr/src/linux-headers-6.1.0-common/Makefile\n");

        assertThatThrownBy(() -> KernelHeaders.find(folder, "6.1.0-1", Map.of(), folder))
                .isInstanceOf(BccException.class)
                .hasMessageContaining("neither it nor what its Makefile includes has include/linux/kconfig.h");
    }

    @Test
    void theOtherHalfIsFoundBelowTheSameRootAndBesideIt() throws IOException {
        Path build = folder.resolve("usr/src/linux-headers-6.1.0-1");
        Path common = folder.resolve("usr/src/linux-headers-6.1.0-common");
        FakeHeaders.build(build, "6.1.0-1");
        FakeHeaders.source(common, "int i_state", "");

        FakeHeaders.write(build, "Makefile", "include /usr/src/linux-headers-6.1.0-common/Makefile\n");
        assertThat(KernelHeaders.find(folder, "6.1.0-1", Map.of(), folder).source())
                .isEqualTo(common);
        FakeHeaders.write(build, "Makefile", "include /elsewhere/linux-headers-6.1.0-common/Makefile\n");
        assertThat(KernelHeaders.find(folder, "6.1.0-1", Map.of(), folder).source())
                .isEqualTo(common);
    }

    @Test
    void theFolderInTheEnvironmentIsTakenBeforeAnyOther() throws IOException {
        Path named = FakeHeaders.whole(folder.resolve("mine"), "int i_state", "");
        FakeHeaders.whole(folder.resolve("lib/modules/" + FakeHeaders.RELEASE + "/build"), "int i_state", "");

        KernelHeaders found = KernelHeaders.find(
                folder, FakeHeaders.RELEASE, Map.of(KernelHeaders.ENVIRONMENT, named.toString()), folder);

        assertThat(found.build()).isEqualTo(named);
        assertThat(found.source()).isEqualTo(named);
        assertThat(Files.exists(found.source().resolve("include/linux/fs.h"))).isTrue();
    }

    @Test
    void headersInsideTheKernelAreUnpackedWhenNoneAreInstalled() throws IOException, InterruptedException {
        Path packed = FakeHeaders.whole(folder.resolve("packed"), "int i_state", "");
        Path archive = folder.resolve("sys/kernel/kheaders.tar.xz");
        Files.createDirectories(archive.getParent());
        assertThat(new ProcessBuilder("tar", "-cJf", archive.toString(), "-C", packed.toString(), ".")
                        .start()
                        .waitFor())
                .isZero();

        KernelHeaders found = KernelHeaders.find(folder, FakeHeaders.RELEASE, Map.of(), folder.resolve("scratch"));

        assertThat(found.build()).isEqualTo(folder.resolve("scratch/headers"));
        assertThat(found.source().resolve("include/linux/fs.h")).exists();
        Path again = folder.resolve("again");
        assertThatThrownBy(() -> KernelHeaders.find(folder, "6.1.0-1", Map.of(), again))
                .isInstanceOf(BccException.class)
                .hasMessageContaining("headers of another kernel");
    }

    @Test
    void anArchiveThatIsNoneIsRefusedWithTarsWords() throws IOException {
        FakeHeaders.write(folder, "sys/kernel/kheaders.tar.xz", "no archive");

        assertThatThrownBy(() -> KernelHeaders.find(folder, "6.1.0-1", Map.of(), folder.resolve("scratch")))
                .isInstanceOf(BccException.class)
                .hasMessageContaining("cannot unpack the kernel's headers: archive=" + folder)
                .hasMessageContaining("xz: ");
    }
}
