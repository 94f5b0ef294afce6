package dev.iputrace.trace.capture;

import dev.iputrace.trace.text.KernelRelease;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The commands that capture a trace with another tool. The texts are resources, {@code how/TOOL.txt}, with holes: names
 * of fields between at signs for offsets, and {@code free} for the function that frees an io_end.
 */
public final class CaptureRecipe {
    public static final List<String> TOOLS = List.of("ftrace", "trace-cmd", "perf", "bpftrace", "systemtap");

    /** Stands where an offset would; no shell takes it for a number. */
    private static final String HOLE = "OFFSET_OF_";

    private static final String READ_OFF = """
            # NOT READY TO RUN: the offsets of %s are not known here. Read them off the box, with its
            # kernel-debuginfo installed, and put them where OFFSET_OF_... stands:
            #   v=/usr/lib/debug/lib/modules/$(uname -r)/vmlinux
            #   pahole -C inode $v | grep -E 'i_count|i_state|i_ino|i_nlink|i_sb;'
            #   pahole -C super_block $v | grep s_dev
            # or in crash(8):  struct -o inode    struct -o super_block
            """;

    private static final String NO_KPROBE_EVENTS = """
            # This kernel has kprobes but no kprobe_events (they came to RHEL with 2.6.32-358):
            # use --how systemtap instead.
            """;

    private CaptureRecipe() {}

    /**
     * The text for one tool and kernel.
     *
     * @param kernel release text; null: this host's
     * @param btf null: by the kernel's release, or this host's own BTF when no kernel is named
     */
    public static String text(String tool, @Nullable String kernel, @Nullable Path btf) throws IOException {
        String name = tool.toLowerCase(Locale.ROOT);
        if (!TOOLS.contains(name)) {
            throw new IllegalArgumentException("how: unknown tool: " + tool + ", want one of " + TOOLS);
        }
        String release = kernel != null ? kernel : System.getProperty("os.version", "");
        KernelRelease parsed = KernelRelease.parse(release);
        if (parsed == null) {
            throw new IllegalArgumentException("how: no kernel release: " + release + ", want one like 6.1.0");
        }
        Offsets offsets = offsets(parsed, kernel, btf);
        String head = offsets.complete() ? "" : READ_OFF.formatted(parsed.release());
        if (name.equals("ftrace") || name.equals("trace-cmd") || name.equals("perf")) {
            head += kprobeEventsNote(parsed);
        }
        String how = resource("common.txt") + resource(name + ".txt");
        if (name.equals("trace-cmd") || name.equals("perf")) {
            how = resource("common.txt") + resource("probes.txt") + resource(name + ".txt");
        } else if (name.equals("ftrace")) {
            how = resource("common.txt") + resource("probes.txt") + resource("ftrace.txt");
        }
        return head + fill(how, parsed, offsets);
    }

    private static Offsets offsets(KernelRelease parsed, @Nullable String kernel, @Nullable Path btf)
            throws IOException {
        Path own = Path.of("/sys/kernel/btf/vmlinux");
        if (btf != null) {
            return Offsets.ofBtf(btf);
        }
        if (kernel == null && java.nio.file.Files.isReadable(own)) {
            return Offsets.ofBtf(own);
        }
        Offsets known = Offsets.of(parsed);
        return known != null ? known : Offsets.unknown(parsed);
    }

    private static String kprobeEventsNote(KernelRelease kernel) {
        boolean rhel63 = kernel.release().startsWith("2.6.32-") && rhelBuild(kernel.release()) < 358;
        return rhel63 ? NO_KPROBE_EVENTS : "";
    }

    private static int rhelBuild(String release) {
        String digits = release.substring("2.6.32-".length()).replaceFirst("[^0-9].*$", "");
        return digits.isEmpty() || digits.length() > 6 ? 0 : Integer.parseInt(digits);
    }

    private static String fill(String text, KernelRelease kernel, Offsets offsets) {
        boolean eraA = !kernel.atLeast(2, 6, 37);
        boolean oldFree = !kernel.atLeast(3, 11, 0);
        String hexState = offsets.iStateBytes() == 8 ? "x64" : "x32";
        return text.replace("@kernel@", kernel.release())
                .replace("@origin@", offsets.origin())
                .replace("@i_count@", hole(offsets.iCount(), "i_count"))
                .replace("@i_state@", hole(offsets.iState(), "i_state"))
                .replace("@i_ino@", hole(offsets.iIno(), "i_ino"))
                .replace("@i_nlink@", hole(offsets.iNlink(), "i_nlink"))
                .replace("@i_sb@", hole(offsets.iSb(), "i_sb"))
                .replace("@s_dev@", hole(offsets.sDev(), "s_dev"))
                .replace("@x_state@", hexState)
                .replace("@u_state@", offsets.iStateBytes() == 8 ? "uint64" : "uint32")
                .replace("@evict@", eraA ? "generic_delete_inode" : "evict")
                .replace("@stap_state@", offsets.iStateBytes() == 8 ? "kernel_long" : "kernel_int")
                .replace("@free@", oldFree ? "ext4_free_io_end" : "ext4_release_io_end");
    }

    private static String hole(@Nullable Integer offset, String name) {
        return offset == null ? HOLE + name : offset.toString();
    }

    private static String resource(String name) {
        try (InputStream in = CaptureRecipe.class.getResourceAsStream("how/" + name)) {
            if (in == null) {
                throw new IllegalStateException("not in the jar: how/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
