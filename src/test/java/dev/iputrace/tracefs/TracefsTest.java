package dev.iputrace.tracefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iputrace.event.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where tracefs cannot be used, with roots that lack one thing each. */
class TracefsTest {
    @TempDir
    Path root;

    private static final String TRACING = "sys/kernel/tracing/";

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static TracefsOptions options(@Nullable String offsets) {
        return new TracefsOptions(Level.GUARD, 0, null, 1 << 20, false, null, offsets);
    }

    @Test
    void notMountedNamesTheCommand() {
        assertThatThrownBy(() -> Tracefs.find(root))
                .hasMessage("tracefs is not mounted: do mount -t tracefs tracefs /sys/kernel/tracing");
    }

    @Test
    void aKernelWithoutKprobeEventsIsNamed() throws IOException {
        file(TRACING + "trace_pipe", "");

        assertThatThrownBy(() -> Tracefs.find(root)).hasMessageContaining("CONFIG_KPROBE_EVENTS");
    }

    @Test
    void theOldPlaceBelowDebugfsIsFound() throws IOException {
        file("sys/kernel/debug/tracing/kprobe_events", "");

        assertThat(Tracefs.find(root).dir()).isEqualTo(root.resolve("sys/kernel/debug/tracing"));
    }

    @Test
    void unknownOffsetsNameTheOption() throws IOException {
        file("proc/sys/kernel/osrelease", "6.12.117+deb12-rt-amd64\n");

        assertThatThrownBy(() -> new Identity(root).offsets(options(null)))
                .hasMessageContaining("sys/kernel/btf/vmlinux")
                .hasMessageContaining("6.12.117+deb12-rt-amd64 is not in the table")
                .hasMessageContaining("--offsets");
    }

    @Test
    void givenOffsetsAreTakenAndBadOnesNamed() throws IOException {
        file("proc/sys/kernel/osrelease", "6.1.0-self-made\n");
        file("offsets", FakeTracefs.OFFSETS.replace(',', '\n'));
        Identity identity = new Identity(root);

        assertThat(identity.offsets(options(FakeTracefs.OFFSETS)).iCount()).isEqualTo(344);
        assertThat(identity.offsets(options(root.resolve("offsets").toString())).sMagic())
                .isEqualTo(96);
        assertThatThrownBy(() -> identity.offsets(options("i_count=344")))
                .hasMessage("offsets: missing i_state in --offsets");
        assertThatThrownBy(() -> identity.offsets(options("i_count=many")))
                .hasMessage("offsets: not a number: i_count=many");
        assertThatThrownBy(() -> identity.offsets(options(FakeTracefs.OFFSETS.replace(",s_magic=96", ""))))
                .hasMessageContaining("without s_magic, --mount is needed");
    }

    @Test
    void functionsHaveAnEndAndAModule() throws IOException {
        file("kallsyms", """
                        ffffffff81000000 T igrab
                        ffffffff81000050 t other
                        ffffffff81000090 T iput
                        ffffffffc0001000 t ext4_release_io_end\t[ext4]
                        ffffffffc0001080 t behind\t[ext4]
                        ffffffffc0002000 t evict\t[somemodule]
                        ffffffff81000200 t destroy_inode
                        ffffffff81000300 t destroy_inode
                        broken line
                        """);

        KernelFunctions functions = KernelFunctions.read(root.resolve("kallsyms"));

        assertThat(functions.of(Point.IGRAB))
                .isEqualTo(new KernelFunctions.Function("igrab", "", 0xffffffff81000000L, 0xffffffff81000050L));
        assertThat(functions.of(Point.IO_END_FREE)).satisfies(free -> {
            assertThat(free.symbol()).isEqualTo("ext4:ext4_release_io_end");
            assertThat(free.holds(0xffffffffc000107fL)).isTrue();
            assertThat(free.holds(0xffffffffc0001080L)).isFalse();
        });
        assertThat(functions.of(Point.EVICT)).isNull();
        assertThat(functions.of(Point.DEATH)).isNull();
        assertThat(functions.whyNot(Point.DEATH)).contains("several functions destroy_inode");
        assertThat(functions.whyNot(Point.IPUT_NOT_LAST)).startsWith("absent: ");
        assertThat(functions.whyNot(Point.IO_END_INIT)).endsWith("(is ext4 loaded?)");
    }

    @Test
    void cpusThatAreOnlineShareTheRing() throws IOException {
        file("proc/sys/kernel/osrelease", "6.1.0\n");
        file("sys/devices/system/cpu/online", "0-3,8,10-11\n");

        assertThat(new Identity(root).cpus()).isEqualTo(7);
    }
}
