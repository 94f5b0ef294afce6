package dev.iputrace.cli;

import dev.iputrace.agent.AgentOptions;
import dev.iputrace.event.Level;
import dev.iputrace.event.SourceRefusedException;
import dev.iputrace.tracefs.TracefsOptions;
import dev.iputrace.tracefs.TracefsSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is probed, and how: the same for all commands that attach to this host's kernel. */
final class ProbeOptions {
    private static final Pattern DEVICE = Pattern.compile("([0-9]{1,4}):([0-9]{1,7})");

    /** Picocli converts by the constant's name, in any case. */
    enum Attach {
        AUTO,
        KPROBE,
        FENTRY
    }

    @Option(
            names = {"-l", "--level"},
            paramLabel = "LEVEL",
            description = "guard: the kernel sends only what matters, the rest is counted; full: every event."
                    + " Default: guard for live and doctor, full for run and record.")
    @Nullable
    Level level;

    @Option(
            names = {"-b", "--backend"},
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "libbpf, bcc, tracefs, or auto: the first of these that this host lets us use; says which,"
                    + " and why not the others.")
    Backend backend = Backend.AUTO;

    @Option(
            names = {"-a", "--attach"},
            paramLabel = "MODE",
            defaultValue = "auto",
            description = "auto, kprobe or fentry. auto takes fentry, which misses nothing, for each point where the"
                    + " kernel offers it, and kprobe for the others.")
    Attach attach = Attach.AUTO;

    @Option(
            names = {"-m", "--mount"},
            paramLabel = "DIR",
            description = "Watch only the file system that holds DIR. Default: every ext4.")
    @Nullable
    String mount;

    @Option(
            names = {"-d", "--dev"},
            paramLabel = "MAJ:MIN",
            description = "Watch only this device.")
    @Nullable
    String dev;

    @Option(
            names = "--ring-size",
            paramLabel = "BYTES",
            defaultValue = "64M",
            converter = Bytes.class,
            description = "Ring between kernel and iputrace; K, M, G. Default: ${DEFAULT-VALUE}, half a second at a"
                    + " million events per second.")
    long ringBytes;

    @Option(
            names = "--btf",
            paramLabel = "FILE",
            description = "The kernel's type information, when not in /sys/kernel/btf/vmlinux.")
    @Nullable
    String btf;

    @Option(
            names = "--offsets",
            paramLabel = "FILE|K=V,...",
            description = "tracefs: where the fields are, for a kernel without BTF: i_count=344,i_state=152,"
                    + "i_state_size=8,i_ino=64,i_nlink=72,i_sb=40,s_dev=16,s_magic=96.")
    @Nullable
    String offsets;

    @Option(
            names = "--no-self-check",
            description = "Do not make a file on the watched file system to see that the probes work.")
    boolean noSelfCheck;

    /** To be asked for first: a directory that is not there is no reason to look for another way in. */
    void check() {
        if (mount != null && !Files.exists(Path.of(mount))) {
            throw new CommandException(ExitCode.USAGE, "--mount " + mount + ": no such directory");
        }
        if (dev != null) {
            kernelDev(dev);
        }
    }

    /** For a command that, because of {@code option}, probes nothing here. */
    void wantNothing(String option) {
        if (mount != null || dev != null || btf != null || offsets != null || backend != Backend.AUTO) {
            throw new CommandException(
                    ExitCode.USAGE,
                    option + " probes nothing here: --mount, --dev, --btf, --offsets and --backend"
                            + " belong to the agent's own command line");
        }
    }

    /** Throws {@link SourceRefusedException} where tracefs cannot do what is asked for. */
    TracefsOptions toTracefs(Level wanted) {
        if (attach == Attach.FENTRY) {
            throw new SourceRefusedException("--attach fentry: tracefs has only kprobes");
        }
        Path dir = mount == null ? null : Path.of(mount);
        int device = dir == null ? 0 : TracefsSource.deviceOf(dir);
        if (dev != null) {
            device = kernelDev(dev);
        }
        return new TracefsOptions(wanted, device, dir, ringBytes, !noSelfCheck, btf, offsets);
    }

    /** {@code major << 20 | minor}, as in the kernel. */
    private static int kernelDev(String text) {
        Matcher numbers = DEVICE.matcher(text);
        if (numbers.matches()) {
            int major = Integer.parseInt(numbers.group(1));
            int minor = Integer.parseInt(numbers.group(2));
            if (major < 1 << 12 && minor < 1 << 20) {
                return major << 20 | minor;
            }
        }
        throw new CommandException(ExitCode.USAGE, "--dev " + text + ": want MAJOR:MINOR, such as 8:1");
    }

    AgentOptions toAgent(Level wanted) {
        AgentOptions options = new AgentOptions()
                .level(wanted)
                .attach(attach.name().toLowerCase(java.util.Locale.ROOT))
                .ringBytes(ringBytes)
                .selfCheck(!noSelfCheck);
        if (dev != null) {
            options.dev(dev);
        }
        if (mount != null) {
            options.mount(mount);
        }
        if (btf != null) {
            options.btf(btf);
        }
        return options;
    }
}
