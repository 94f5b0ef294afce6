package dev.iputrace.tracefs;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.event.Level;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.StateBits;
import dev.iputrace.trace.TraceFormatException;
import dev.iputrace.trace.capture.Offsets;
import dev.iputrace.trace.text.KernelRelease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which kernel this is, where it has its fields, and what is told of that downstream. */
final class Identity {
    private static final long OFFSETS_MAX = 1 << 16;

    private final Path root;
    private final String release;
    private final KernelRelease kernel;

    Identity(Path root) {
        this.root = root;
        release = read("proc/sys/kernel/osrelease");
        KernelRelease parsed = KernelRelease.parse(release);
        if (parsed == null) {
            throw new TracefsException("no kernel release in " + root.resolve("proc/sys/kernel/osrelease"));
        }
        kernel = parsed;
    }

    private String read(String path) {
        try {
            return Files.readString(root.resolve(path), StandardCharsets.ISO_8859_1)
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** CPUs that are online: a limit of our own on them is not one of the kernel's rings. */
    int cpus() {
        int cpus = 0;
        for (String range : read("sys/devices/system/cpu/online").split(",")) {
            String[] ends = range.split("-");
            try {
                cpus += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
            } catch (NumberFormatException e) {
                cpus += 1;
            }
        }
        return Math.max(1, cpus);
    }

    /** As given, from BTF, or from the table of known releases; throws when all of these fail. */
    Offsets offsets(TracefsOptions options) {
        Offsets offsets = found(options);
        if (offsets == null) {
            throw new TracefsException("offsets of struct inode unknown: no " + btf(options) + ", and " + release
                    + " is not in the table: give --offsets (pahole -C inode vmlinux)");
        }
        if (!offsets.complete() || !offsets.stateBits().known() || (offsets.sMagic() == null && options.dev() == 0)) {
            throw new TracefsException(
                    "offsets are not complete: origin=" + offsets.origin() + " (without s_magic, --mount is needed)");
        }
        return offsets;
    }

    private @Nullable Offsets found(TracefsOptions options) {
        String given = options.offsets();
        try {
            if (given != null) {
                String text = given.indexOf('=') >= 0 ? given : file(Path.of(given));
                return Offsets.parse(text, kernel, given.indexOf('=') >= 0 ? "--offsets" : given);
            }
            Path btf = btf(options);
            if (options.btf() != null || Files.isReadable(btf)) {
                return Offsets.ofBtf(btf);
            }
        } catch (IOException e) {
            throw new TracefsException("cannot read offsets: " + e, e);
        } catch (IllegalArgumentException | TraceFormatException e) {
            throw new TracefsException(String.valueOf(e.getMessage()), e);
        }
        return System.getProperty("os.arch", "").equals("amd64") ? Offsets.ofDebian(kernel) : null;
    }

    private static String file(Path path) throws IOException {
        if (Files.size(path) > OFFSETS_MAX) {
            throw new IOException("larger than " + OFFSETS_MAX + " bytes: " + path);
        }
        return Files.readString(path, StandardCharsets.ISO_8859_1);
    }

    private Path btf(TracefsOptions options) {
        String given = options.btf();
        return given != null ? Path.of(given) : root.resolve("sys/kernel/btf/vmlinux");
    }

    Provenance provenance(TracefsOptions options, Offsets offsets, Attached attached) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("source", "tracefs");
        entries.put("abi", Integer.toString(CellLayout.ABI_VERSION));
        entries.put("bpf_rules", "1"); // decided in the kernel, by filters
        entries.put("seq", "none");
        entries.put("kernel", release);
        entries.put("host", read("proc/sys/kernel/hostname"));
        entries.put("boot_id", read("proc/sys/kernel/random/boot_id"));
        long wallNs = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
        entries.put("wall_offset_ns", Long.toString(wallNs));
        entries.put("iput_panics", kernel.atLeast(6, 18, 0) ? "0" : "1");
        entries.put("level", options.level() == Level.FULL ? "full" : "guard");
        int dev = options.dev();
        if (dev != 0) {
            entries.put("dev", (dev >>> 20) + ":" + (dev & 0xfffff));
        }
        StateBits bits = offsets.stateBits();
        entries.put("i_will_free", "0x" + Integer.toHexString(bits.willFree()));
        entries.put("i_freeing", "0x" + Integer.toHexString(bits.freeing()));
        entries.put("i_clear", "0x" + Integer.toHexString(bits.clear()));
        entries.put("ring_bytes", Long.toString(options.ringBytes()));
        entries.put("offsets", offsets.origin());
        attached.functions()
                .forEach((point, function) -> entries.put("probe." + point.op().label(), "tracefs:" + function.name()));
        attached.missing()
                .forEach((point, why) -> entries.put("missing." + point.op().label(), why));
        return Provenance.of(entries);
    }
}
