package dev.iputrace.report;

import dev.iputrace.check.Seen;
import dev.iputrace.event.Op;
import java.util.Locale;

/** How times, devices and ops are written in every report. */
final class Names {
    private Names() {}

    /** Seconds since boot with all nine digits, as in the kernel log. */
    static String seconds(long ns) {
        return String.format(Locale.ROOT, "%d.%09d", ns / 1_000_000_000, ns % 1_000_000_000);
    }

    /** As in the kernel log. */
    static String micros(long ns) {
        return String.format(Locale.ROOT, "%d.%06d", ns / 1_000_000_000, ns % 1_000_000_000 / 1000);
    }

    /** {@code 1 proof}, {@code 2 proofs}. */
    static String plural(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    static String dev(int sDev) {
        return (sDev >>> 20) + ":" + (sDev & 0xfffff);
    }

    static String op(int code) {
        Op op = Op.of(code);
        return op == null ? "op " + code : op.label();
    }

    /** As the kernel calls the function, where that does not depend on its version. */
    static String action(Seen seen) {
        Op op = Op.of(seen.op());
        if (op == null) {
            return "op " + seen.op();
        }
        return switch (op) {
            case IO_END_INIT -> "ext4_init_io_end";
            case IO_END_FREE -> "free of io_end";
            case BIRTH -> "inode_init_always";
            case CLEAR -> "clear_inode";
            case DEATH -> "destroy_inode";
            case UMOUNT -> "umount";
            default -> op.label();
        };
    }
}
