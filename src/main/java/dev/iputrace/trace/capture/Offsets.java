package dev.iputrace.trace.capture;

import dev.iputrace.event.StateBits;
import dev.iputrace.trace.TraceFormatException;
import dev.iputrace.trace.text.KernelRelease;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields are in a kernel's {@code struct inode} and {@code struct super_block}, in bytes; null: unknown.
 *
 * @param sMagic null where only a device can tell an ext4 from others
 * @param stateBits unknown where neither the source nor the size of i_state tells
 * @param origin where the numbers come from
 */
public record Offsets(
        @Nullable Integer iCount,
        @Nullable Integer iState,
        int iStateBytes,
        @Nullable Integer iIno,
        @Nullable Integer iNlink,
        @Nullable Integer iSb,
        @Nullable Integer sDev,
        @Nullable Integer sMagic,
        StateBits stateBits,
        String origin) {
    private static final String TABLE = "table of Debian kernels, x86-64: check them, or give --btf";

    /** An -rt kernel has other locks in its structures, and so has who builds his own. */
    private static final Pattern DEBIAN = Pattern.compile("[0-9.]+(-[0-9]+|\\+deb[0-9]+u?[0-9]*)(-cloud)?-amd64");

    private static final List<String> TAGS = List.of("inode_state_flags_t", "inode_state_flags_enum");

    /** Read off Debian's kernels; RHEL 6 has no BTF, and its debuginfo was not at hand. */
    static @Nullable Offsets of(KernelRelease kernel) {
        return switch (kernel.major() + "." + kernel.minor()) {
            case "5.10", "6.1" -> table(kernel, 344, 152, 8, 96);
            case "6.12", "6.18" -> table(kernel, 336, 144, 4, 96);
            case "7.3" -> table(kernel, 328, 144, 4, 112);
            default -> null;
        };
    }

    private static Offsets table(KernelRelease kernel, int iCount, int iState, int iStateBytes, int sMagic) {
        return new Offsets(iCount, iState, iStateBytes, 64, 72, 40, 16, sMagic, kernel.stateBits(), TABLE);
    }

    /** As {@link #of}, for a release that names a kernel that Debian built: good enough to probe with. */
    public static @Nullable Offsets ofDebian(KernelRelease kernel) {
        return DEBIAN.matcher(kernel.release()).matches() ? of(kernel) : null;
    }

    static Offsets unknown(KernelRelease kernel) {
        int bytes = kernel.atLeast(6, 12, 0) ? 4 : 8;
        String origin = "unknown for " + kernel.release();
        return new Offsets(null, null, bytes, null, null, null, null, null, StateBits.UNKNOWN, origin);
    }

    /** Throws {@link TraceFormatException} when the file has no struct inode. */
    public static Offsets ofBtf(Path path) throws IOException {
        try {
            return of(Btf.read(path), path);
        } catch (IndexOutOfBoundsException e) {
            throw new TraceFormatException("BTF: cut or damaged: path=" + path, e);
        }
    }

    private static Offsets of(Btf btf, Path path) {
        Integer iCount = btf.offset("inode", "i_count");
        Integer iState = btf.offset("inode", "i_state");
        if (iCount == null || iState == null) {
            throw new TraceFormatException("BTF: no struct inode with i_count and i_state: path=" + path);
        }
        int iStateBytes = btf.size("inode", "i_state");
        return new Offsets(
                iCount,
                iState,
                iStateBytes,
                btf.offset("inode", "i_ino"),
                btf.offset("inode", "i_nlink"),
                btf.offset("inode", "i_sb"),
                btf.offset("super_block", "s_dev"),
                btf.offset("super_block", "s_magic"),
                stateBits(btf, iStateBytes),
                path.toString());
    }

    /**
     * From 6.18 the bits are an enum and BTF has it (its tag got another name in 6.19). Before, they are macros: the
     * move of I_NEW from bit 3 to bit 0 and i_state becoming u32 came together in 6.12.
     */
    private static StateBits stateBits(Btf btf, int iStateBytes) {
        for (String tag : TAGS) {
            Map<String, Integer> values = btf.enumeration(tag);
            Integer freeing = values.get("I_FREEING");
            Integer clear = values.get("I_CLEAR");
            if (freeing != null && clear != null) {
                return new StateBits(values.getOrDefault("I_WILL_FREE", 0), freeing, clear);
            }
        }
        return bitsOfSize(iStateBytes);
    }

    private static StateBits bitsOfSize(int iStateBytes) {
        return switch (iStateBytes) {
            case 8 -> StateBits.V2_6_32;
            case 4 -> StateBits.V6_12;
            default -> StateBits.UNKNOWN;
        };
    }

    /**
     * {@code key=value}, separated by commas or lines: i_count, i_state, i_state_size (4 or 8), i_ino, i_nlink, i_sb,
     * s_dev, s_magic (may be missing), and the bits i_will_free, i_freeing, i_clear where they are not those of the
     * release. Other keys are ignored, so that what pahole knows can be given as it is.
     *
     * @throws IllegalArgumentException naming what is missing or no number
     */
    public static Offsets parse(String text, KernelRelease kernel, String origin) {
        Map<String, Integer> values = new HashMap<>();
        for (String pair : text.split("[,\\s]+")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(pair.substring(0, equals), number(pair, equals));
            }
        }
        for (String key : List.of("i_count", "i_state", "i_state_size", "i_ino", "i_nlink", "i_sb", "s_dev")) {
            if (!values.containsKey(key)) {
                throw new IllegalArgumentException("offsets: missing " + key + " in " + origin);
            }
        }
        StateBits bits = kernel.stateBits();
        return new Offsets(
                values.get("i_count"),
                values.get("i_state"),
                values.getOrDefault("i_state_size", 0),
                values.get("i_ino"),
                values.get("i_nlink"),
                values.get("i_sb"),
                values.get("s_dev"),
                values.get("s_magic"),
                new StateBits(
                        values.getOrDefault("i_will_free", bits.willFree()),
                        values.getOrDefault("i_freeing", bits.freeing()),
                        values.getOrDefault("i_clear", bits.clear())),
                origin);
    }

    private static int number(String pair, int equals) {
        try {
            int value = Integer.decode(pair.substring(equals + 1));
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, together with what is negative.
        }
        throw new IllegalArgumentException("offsets: not a number: " + pair);
    }

    public boolean complete() {
        return iCount != null && iState != null && iIno != null && iNlink != null && iSb != null && sDev != null;
    }
}
