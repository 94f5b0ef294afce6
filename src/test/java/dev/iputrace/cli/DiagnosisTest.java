package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.SourceRefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that lack one thing each, as folders. */
class DiagnosisTest {
    @TempDir
    Path root;

    private final Map<Backend, Backends.Opener> openers = new EnumMap<>(Backend.class);

    @BeforeEach
    void aHostThatHasAll() throws IOException {
        file("proc/self/status", "CapEff:\t000001ffffffffff\n");
        file("proc/sys/kernel/osrelease", "6.1.0-56-amd64\n");
        file("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
        file("sys/kernel/btf/vmlinux", "");
        file("sys/kernel/tracing/kprobe_events", "");
        file("proc/kallsyms", "ffffffff81000000 T iput\n");
        file("lib/modules/6.1.0-56-amd64/build/Makefile", "");
        file("usr/lib/x86_64-linux-gnu/libbcc.so.0", "");
        file("proc/self/mounts", "/dev/sda1 / ext4 rw 0 0\n");
        for (Backend backend : Backends.all().keySet()) {
            openers.put(backend, (probe, level) -> new Attached());
        }
    }

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void refuse(Backend backend, String why) {
        openers.put(backend, (probe, level) -> {
            throw new SourceRefusedException(why);
        });
    }

    private Diagnosis diagnose() {
        return new Diagnosis(new HostCheck(root), openers, new ProbeOptions());
    }

    private static Diagnosis.Verdict of(Diagnosis diagnosis, String name) {
        return diagnosis.backends().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nothingIsWrongWithAHostThatHasAll() {
        Diagnosis diagnosis = diagnose();

        assertThat(diagnosis.host()).allMatch(line -> line.state() == HostCheck.State.OK);
        assertThat(diagnosis.auto()).isEqualTo("libbpf");
        assertThat(diagnosis.backends())
                .extracting(Diagnosis.Verdict::name)
                .containsExactly("libbpf", "bcc", "tracefs", "agent", "sim");
    }

    @Test
    void withoutBtfTheRemedyIsThatOfBtf() throws IOException {
        Files.delete(root.resolve("sys/kernel/btf/vmlinux"));
        refuse(Backend.LIBBPF, "agent: no BTF");
        refuse(Backend.BCC, "no headers");

        Diagnosis diagnosis = diagnose();

        assertThat(of(diagnosis, "libbpf").remedy()).contains("CONFIG_DEBUG_INFO_BTF");
        assertThat(of(diagnosis, "agent").usable()).isFalse();
        assertThat(of(diagnosis, "bcc").remedy()).isEmpty();
        assertThat(diagnosis.auto()).isEqualTo("tracefs");
    }

    @Test
    void withoutHeadersThePackageIsNamed() throws IOException {
        Files.delete(root.resolve("lib/modules/6.1.0-56-amd64/build/Makefile"));
        Files.delete(root.resolve("lib/modules/6.1.0-56-amd64/build"));
        refuse(Backend.BCC, "no headers");

        assertThat(of(diagnose(), "bcc").remedy()).isEqualTo("apt install linux-headers-6.1.0-56-amd64");
    }

    @Test
    void withoutLibbccThePackageIsNamed() throws IOException {
        Files.delete(root.resolve("usr/lib/x86_64-linux-gnu/libbcc.so.0"));
        refuse(Backend.BCC, "no libbcc");

        assertThat(of(diagnose(), "bcc").remedy()).isEqualTo("apt install libbpfcc");
    }

    @Test
    void withoutCapabilitiesTheRemedyIsSudoAndTracefsMayStillWork() throws IOException {
        file("proc/self/status", "CapEff:\t0000000000000000\n");
        refuse(Backend.LIBBPF, "not permitted");
        refuse(Backend.BCC, "not permitted");

        Diagnosis diagnosis = diagnose();

        assertThat(of(diagnosis, "libbpf").remedy()).isEqualTo("use sudo");
        assertThat(diagnosis.auto()).isEqualTo("tracefs");
    }

    @Test
    void withoutTracefsTheMountCommandIsNamed() throws IOException {
        Files.delete(root.resolve("sys/kernel/tracing/kprobe_events"));
        refuse(Backend.TRACEFS, "tracefs is not mounted");

        assertThat(of(diagnose(), "tracefs").remedy()).contains("mount -t tracefs tracefs /sys/kernel/tracing");
    }

    @Test
    void lockdownIsTheFirstRemedy() throws IOException {
        file("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
        Files.delete(root.resolve("sys/kernel/btf/vmlinux"));
        refuse(Backend.LIBBPF, "not permitted");
        refuse(Backend.BCC, "not permitted");
        refuse(Backend.TRACEFS, "not permitted");

        Diagnosis diagnosis = diagnose();

        assertThat(of(diagnosis, "libbpf").remedy()).contains("lockdown");
        assertThat(of(diagnosis, "tracefs").remedy()).contains("lockdown");
        assertThat(diagnosis.auto()).isNull();
    }

    @Test
    void textAndJsonSayTheSame() throws IOException {
        Files.delete(root.resolve("sys/kernel/btf/vmlinux"));
        refuse(Backend.LIBBPF, "agent: no \"BTF\"");
        StringWriter text = new StringWriter();
        StringWriter json = new StringWriter();

        DoctorReport.text(diagnose(), new PrintWriter(text));
        DoctorReport.json(diagnose(), new PrintWriter(json));

        assertThat(text.toString())
                .contains("backend libbpf: refused\n  agent: no \"BTF\"\n  -> ", "backend bcc: usable\n")
                .endsWith("iputrace live will use backend bcc\n");
        assertThat(json.toString())
                .startsWith("{\"schema\":\"iputrace.doctor/1\",\"host\":[{\"state\":\"ok\",\"what\":\"kernel\"")
                .contains("{\"name\":\"libbpf\",\"usable\":false,\"refused\":\"agent: no \\\"BTF\\\"\",\"remedy\":\"")
                .contains("\"attach\":{\"probe.iput\":\"kprobe:iput\",\"self_check\":\"passed\"}")
                .endsWith("\"auto\":\"bcc\"}\n");
    }

    /** A source that could be opened. */
    private static final class Attached implements EventSource {
        @Override
        public Provenance provenance() {
            return Provenance.parse("source=x\nprobe.iput=kprobe:iput\nself_check=passed\n");
        }

        @Override
        public int drain(EventSink sink) {
            return END;
        }

        @Override
        public void close() {}
    }
}
