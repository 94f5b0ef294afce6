package dev.iputrace.trace.capture;

import dev.iputrace.trace.TraceFormatException;
import dev.iputrace.trace.text.KernelRelease;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields are in a kernel's {@code struct inode} and {@code struct super_block}, in bytes; null: unknown.
 *
 * @param origin where the numbers come from
 */
record Offsets(
        @Nullable Integer iCount,
        @Nullable Integer iState,
        int iStateBytes,
        @Nullable Integer iIno,
        @Nullable Integer iNlink,
        @Nullable Integer iSb,
        @Nullable Integer sDev,
        String origin) {
    private static final String TABLE = "table of Debian kernels, x86-64: check them, or give --btf";

    /** Read off Debian's kernels; RHEL 6 has no BTF, and its debuginfo was not at hand. */
    static @Nullable Offsets of(KernelRelease kernel) {
        if (kernel.atLeast(6, 18, 0)) {
            return kernel.atLeast(6, 19, 0) ? null : new Offsets(344, 144, 4, 64, 72, 40, 16, TABLE);
        }
        if (kernel.atLeast(6, 12, 0)) {
            return kernel.atLeast(6, 13, 0) ? null : new Offsets(336, 144, 4, 64, 72, 40, 16, TABLE);
        }
        boolean measured = List.of("5.10", "6.1").contains(kernel.major() + "." + kernel.minor());
        return measured ? new Offsets(344, 152, 8, 64, 72, 40, 16, TABLE) : null;
    }

    static Offsets unknown(KernelRelease kernel) {
        int bytes = kernel.atLeast(6, 12, 0) ? 4 : 8;
        return new Offsets(null, null, bytes, null, null, null, null, "unknown for " + kernel.release());
    }

    /** Throws {@link TraceFormatException} when the file has no struct inode. */
    static Offsets ofBtf(Path path) throws IOException {
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
        return new Offsets(
                iCount,
                iState,
                btf.size("inode", "i_state"),
                btf.offset("inode", "i_ino"),
                btf.offset("inode", "i_nlink"),
                btf.offset("inode", "i_sb"),
                btf.offset("super_block", "s_dev"),
                path.toString());
    }

    boolean complete() {
        return iCount != null && iState != null && iIno != null && iNlink != null && iSb != null && sDev != null;
    }
}
