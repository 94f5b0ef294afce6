package dev.iputrace.tracefs;

import dev.iputrace.event.Level;
import dev.iputrace.trace.capture.Offsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One kprobe event: its line in kprobe_events, and what it lets pass into each of the two rings.
 *
 * @param ordinary filter in the ring of ordinary events; null: not enabled there; empty: no filter
 * @param rare the same in the ring of rare events
 */
record Probe(
        Point point,
        boolean isReturn,
        String name,
        String definition,
        @Nullable String ordinary,
        @Nullable String rare) {
    /** Calls of igrab or ext4_init_io_end between entry and return, over all tasks. */
    static final int MAXACTIVE = 1024;

    static final long EXT4_SUPER_MAGIC = 0xef53;

    /** What makes the texts: the same for all probes of a source. */
    static final class Maker {
        private final String group;
        private final String suffix;
        private final Level level;
        private final Offsets offsets;
        private final int dev;
        private final Rules rules;
        private final Registers registers;

        /** {@code suffix} makes the names of events unique: kprobe_profile names no group. */
        Maker(String group, String suffix, Level level, int dev, Offsets offsets, Registers registers) {
            this.group = group;
            this.suffix = suffix;
            this.level = level;
            this.dev = dev;
            this.offsets = offsets;
            this.registers = registers;
            rules = new Rules(offsets.stateBits());
        }

        /** The return first: attached later, the entry sees the stack before the return probe changes it. */
        List<Probe> of(Point point, String symbol) {
            List<Probe> probes = new ArrayList<>();
            boolean full = level == Level.FULL;
            String label = point.op().label();
            if (point.hasReturn()) {
                String name = label + "_ret" + suffix;
                String line = "r" + MAXACTIVE + ":" + group + "/" + name + " " + symbol + " ret=$retval:u64";
                boolean igrab = point == Point.IGRAB;
                String ordinary = igrab ? (full ? "ret != 0" : null) : "";
                probes.add(new Probe(point, true, name, line, ordinary, igrab ? "ret == 0" : null));
            }
            String name = label + suffix;
            String line = "p:" + group + "/" + name + " " + symbol + " " + fields(point);
            probes.add(new Probe(point, false, name, line, ordinary(point, full), rare(point)));
            return probes;
        }

        private @Nullable String ordinary(Point point, boolean full) {
            boolean always = switch (point) {
                case IGRAB, IO_END_INIT, IO_END_FREE, UMOUNT -> true;
                default -> false;
            };
            if (point == Point.IGRAB && !full) {
                return "inode != 0"; // of each file system: its refusal, which names none, must find its own entry
            }
            return full || always ? watched(point, rules.sound(point)) : null;
        }

        private @Nullable String rare(Point point) {
            String broken = rules.broken(point);
            return broken == null ? null : watched(point, broken);
        }

        private String watched(Point point, @Nullable String condition) {
            if (point == Point.IO_END_FREE) {
                return "io_end != 0";
            }
            String which = dev != 0 ? "s_dev == " + dev : "s_magic == 0x" + Long.toHexString(EXT4_SUPER_MAGIC);
            String inode = point == Point.UMOUNT ? which : "inode != 0 && " + which;
            return condition == null ? inode : inode + " && (" + condition + ")";
        }

        private String fields(Point point) {
            String first = registers.first();
            return switch (point) {
                case IO_END_FREE -> "io_end=" + first + ":u64 caller=" + registers.caller() + ":u64";
                // inode_init_always(sb, inode): the fields of the inode are still those of its last life.
                case BIRTH -> "inode=" + registers.second() + ":u64 " + sb("(" + first + ")");
                case UMOUNT -> sb("(" + first + ")");
                default -> inode(first);
            };
        }

        private String inode(String register) {
            return "inode=" + register + ":u64"
                    + " i_count=+" + offsets.iCount() + "(" + register + "):s32"
                    + " i_state=+" + offsets.iState() + "(" + register + "):u" + 8 * offsets.iStateBytes()
                    + " i_ino=+" + offsets.iIno() + "(" + register + "):u64"
                    + " i_nlink=+" + offsets.iNlink() + "(" + register + "):u32 "
                    + sb("(+" + offsets.iSb() + "(" + register + "))")
                    + " caller=" + registers.caller() + ":u64";
        }

        private String sb(String pointer) {
            String sDev = "s_dev=+" + offsets.sDev() + pointer + ":u32";
            Integer sMagic = offsets.sMagic();
            return sMagic == null ? sDev : sDev + " s_magic=+" + sMagic + pointer + ":u64";
        }
    }

    /** Where a function finds its arguments at entry. */
    record Registers(String first, String second, String caller) {
        static final Registers X86_64 = new Registers("%di", "%si", "$stack0");
        static final Registers AARCH64 = new Registers("%x0", "%x1", "%x30");

        /** Throws where the calling convention is not known here. */
        static Registers of(String arch) {
            return switch (arch) {
                case "amd64", "x86_64" -> X86_64;
                case "aarch64" -> AARCH64;
                default -> throw new TracefsException("no calling convention known for this machine: arch=" + arch);
            };
        }
    }
}
