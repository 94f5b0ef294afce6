package dev.iputrace.tracefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.iputrace.event.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeTest {
    private static List<Probe> probes(Level level, int dev, Point point, String symbol) {
        return new Probe.Maker("g", "_1", level, dev, FakeTracefs.offsets(), Probe.Registers.X86_64).of(point, symbol);
    }

    @Test
    void putsAreSplitByTheRulesInTheKernel() {
        Probe put = probes(Level.FULL, 0, Point.IPUT, "iput").get(0);

        assertThat(put.definition())
                .isEqualTo("p:g/iput_1 iput inode=%di:u64 i_count=+344(%di):s32 i_state=+152(%di):u64"
                        + " i_ino=+64(%di):u64 i_nlink=+72(%di):u32 s_dev=+16(+40(%di)):u32"
                        + " s_magic=+96(+40(%di)):u64 caller=$stack0:u64");
        assertThat(put.ordinary()).isEqualTo("inode != 0 && s_magic == 0xef53 && (i_count >= 1 && !(i_state & 0x70))");
        assertThat(put.rare()).isEqualTo("inode != 0 && s_magic == 0xef53 && (i_count < 1 || i_state & 0x70)");
    }

    @Test
    void guardLetsOrdinaryPutsAndGrabsNotPass() {
        assertThat(probes(Level.GUARD, 0, Point.IPUT, "iput").get(0).ordinary()).isNull();
        Probe ret = probes(Level.GUARD, 0, Point.IGRAB, "igrab").get(0);

        // The refusal of any file system ends the entry of the same.
        assertThat(probes(Level.GUARD, 0, Point.IGRAB, "igrab").get(1).ordinary())
                .isEqualTo("inode != 0");
        assertThat(ret.definition()).isEqualTo("r1024:g/igrab_ret_1 igrab ret=$retval:u64");
        assertThat(ret.ordinary()).isNull();
        assertThat(ret.rare()).isEqualTo("ret == 0");
    }

    @Test
    void oneDeviceIsChosenByTheKernel() {
        assertThat(probes(Level.FULL, 8 << 20 | 1, Point.EVICT, "evict").get(0).rare())
                .isEqualTo("inode != 0 && s_dev == 8388609 && (i_count != 0)");
    }

    @Test
    void aFunctionOfAModuleIsNamedWithIt() {
        Probe free = probes(Level.FULL, 0, Point.IO_END_FREE, "ext4:ext4_release_io_end")
                .get(0);

        assertThat(free.definition())
                .isEqualTo("p:g/io_end_free_1 ext4:ext4_release_io_end io_end=%di:u64 caller=$stack0:u64");
        assertThat(free.ordinary()).isEqualTo("io_end != 0");
    }

    @Test
    void everyFilterHasItsOpposite() {
        Rules rules = new Rules(FakeTracefs.offsets().stateBits());
        for (Point point : Point.values()) {
            assertThat(rules.broken(point) == null).as("%s", point).isEqualTo(rules.sound(point) == null);
        }
    }

    @Test
    void anUnknownMachineIsRefused() {
        assertThat(Probe.Registers.of("aarch64").caller()).isEqualTo("%x30");
        assertThatThrownBy(() -> Probe.Registers.of("s390x")).hasMessageContaining("arch=s390x");
    }
}
