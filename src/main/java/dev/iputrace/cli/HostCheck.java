package dev.iputrace.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What can be read off a host about its kernel, without attaching anything. Paths are below a root, for tests. */
final class HostCheck {
    enum State {
        OK,
        /** Works without it, less well. */
        WEAK,
        BAD;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param remedy what to do, empty when nothing */
    record Line(State state, String what, String found, String remedy) {}

    private final Path root;

    HostCheck() {
        this(Path.of("/"));
    }

    HostCheck(Path root) {
        this.root = root;
    }

    List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line(State.OK, "kernel", read("proc/sys/kernel/osrelease", "unknown"), ""));
        lines.add(privileges());
        lines.add(lockdown());
        lines.add(typeInformation());
        lines.add(functions());
        lines.add(kprobes());
        lines.add(tracefs());
        lines.add(headers());
        lines.add(libbcc());
        lines.add(ext4());
        return lines;
    }

    Line privileges() {
        long effective = 0;
        for (String line : read("proc/self/status", "").split("\n")) {
            if (line.startsWith("CapEff:")) {
                effective = Long.parseUnsignedLong(line.substring(7).strip(), 16);
            }
        }
        boolean admin = (effective & 1L << 21) != 0;
        boolean bpf = (effective & 1L << 39) != 0 && (effective & 1L << 38) != 0;
        String found = "CapEff=0x" + Long.toHexString(effective);
        return admin || bpf
                ? new Line(State.OK, "privileges", found, "")
                : new Line(
                        State.BAD,
                        "privileges",
                        found + ": neither CAP_SYS_ADMIN nor CAP_BPF and CAP_PERFMON",
                        "use sudo");
    }

    private Line lockdown() {
        String modes = read("sys/kernel/security/lockdown", "none");
        return modes.contains("[confidentiality]")
                ? new Line(State.BAD, "lockdown", modes, "boot with lockdown=integrity or without it")
                : new Line(State.OK, "lockdown", modes, "");
    }

    private Line typeInformation() {
        Path btf = root.resolve("sys/kernel/btf/vmlinux");
        return Files.isReadable(btf)
                ? new Line(State.OK, "BTF", "/sys/kernel/btf/vmlinux", "")
                : new Line(
                        State.WEAK,
                        "BTF",
                        "no /sys/kernel/btf/vmlinux: not for backend libbpf",
                        "a kernel with CONFIG_DEBUG_INFO_BTF, or --btf FILE, or linux-headers for backend bcc");
    }

    private Line functions() {
        String symbols = read("proc/kallsyms", "");
        int iput = symbols.indexOf(" T iput\n");
        if (iput < 0) {
            return new Line(State.BAD, "kallsyms", "iput is not in /proc/kallsyms", "a kernel with CONFIG_KALLSYMS");
        }
        if (symbols.startsWith("0000000000000000", iput - 16)) {
            return new Line(
                    State.WEAK,
                    "kallsyms",
                    "addresses are hidden: stacks without names",
                    "sysctl kernel.kptr_restrict=1");
        }
        return new Line(State.OK, "kallsyms", "igrab and iput are there", "");
    }

    private Line kprobes() {
        boolean tracing = Files.isWritable(root.resolve("sys/kernel/tracing/kprobe_events"))
                || Files.isWritable(root.resolve("sys/kernel/debug/tracing/kprobe_events"));
        if (tracing) {
            return new Line(State.OK, "kprobes", "kprobe_events can be written: misses are counted", "");
        }
        return Files.exists(root.resolve("sys/bus/event_source/devices/kprobe"))
                ? new Line(
                        State.WEAK,
                        "kprobes",
                        "no kprobe_events: misses cannot be counted",
                        "mount -t tracefs none /sys/kernel/tracing")
                : new Line(State.WEAK, "kprobes", "this kernel has none (CONFIG_KPROBES): only fentry can be used", "");
    }

    private Line tracefs() {
        boolean mounted = Files.exists(root.resolve("sys/kernel/tracing/kprobe_events"))
                || Files.exists(root.resolve("sys/kernel/debug/tracing/kprobe_events"));
        return mounted
                ? new Line(State.OK, "tracefs", "mounted", "")
                : new Line(
                        State.WEAK,
                        "tracefs",
                        "not mounted, not for this user, or without CONFIG_KPROBE_EVENTS",
                        "as root: mount -t tracefs tracefs /sys/kernel/tracing");
    }

    /** Only bcc needs them. */
    private Line headers() {
        String release = read("proc/sys/kernel/osrelease", "unknown");
        boolean there = Files.exists(root.resolve("lib/modules/" + release + "/build"))
                || Files.exists(root.resolve("sys/kernel/kheaders.tar.xz"));
        return there
                ? new Line(State.OK, "headers", "of " + release, "")
                : new Line(State.WEAK, "headers", "none of " + release, "apt install linux-headers-" + release);
    }

    /** Only bcc needs it. */
    private Line libbcc() {
        for (String dir : List.of(
                "usr/lib", "usr/lib64", "usr/local/lib", "usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu")) {
            if (Files.exists(root.resolve(dir + "/libbcc.so.0"))) {
                return new Line(State.OK, "libbcc", "/" + dir + "/libbcc.so.0", "");
            }
        }
        return new Line(State.WEAK, "libbcc", "no libbcc.so.0", "apt install libbpfcc");
    }

    private Line ext4() {
        boolean mounted = read("proc/self/mounts", "").contains(" ext4 ");
        if (mounted) {
            return new Line(State.OK, "ext4", "mounted", "");
        }
        return read("proc/filesystems", "").contains("\text4\n")
                ? new Line(State.WEAK, "ext4", "loaded, and nowhere mounted", "")
                : new Line(State.WEAK, "ext4", "not loaded: its probes are attached when it comes", "");
    }

    private String read(String path, String otherwise) {
        try {
            return new String(Files.readAllBytes(root.resolve(path)), StandardCharsets.ISO_8859_1).stripTrailing()
                    + (path.startsWith("proc/sys") || path.startsWith("sys/") ? "" : "\n");
        } catch (IOException e) {
            return otherwise;
        }
    }
}
