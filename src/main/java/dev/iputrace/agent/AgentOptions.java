package dev.iputrace.agent;

import dev.iputrace.event.Level;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Options of the native agent (native/options.c), as {@code key=value} lines; the agent knows the defaults. */
public final class AgentOptions {
    private final Map<String, String> values = new LinkedHashMap<>();

    public AgentOptions level(Level level) {
        return set("level", level.label());
    }

    /** {@code auto}, {@code kprobe} or {@code fentry}. */
    public AgentOptions attach(String mode) {
        return set("attach", mode);
    }

    /** Watches only the file system that holds this directory. */
    public AgentOptions mount(String dir) {
        return set("mount", dir);
    }

    /** Watches only this device, {@code MAJOR:MINOR}. */
    public AgentOptions dev(String dev) {
        return set("dev", dev);
    }

    /** Size of the events ring; the next power of two is taken. */
    public AgentOptions ringBytes(long bytes) {
        return set("ring_bytes", Long.toString(bytes));
    }

    public AgentOptions rareBytes(long bytes) {
        return set("rare_bytes", Long.toString(bytes));
    }

    public AgentOptions selfCheck(boolean on) {
        return set("self_check", on ? "1" : "0");
    }

    /** A file with the kernel's BTF, in place of /sys/kernel/btf/vmlinux. */
    public AgentOptions btf(String file) {
        return set("btf", file);
    }

    /** A compiled program (native/compiled.h) in place of the built-in one; read once, while opening. */
    public AgentOptions program(Path file) {
        return set("program", file.toString());
    }

    private AgentOptions set(String key, String value) {
        if (value.indexOf('\n') >= 0) {
            throw new AgentException("agent: line break in an option: key=" + key);
        }
        values.put(key, value);
        return this;
    }

    String toText() {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        return text.toString();
    }
}
