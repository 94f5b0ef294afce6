package dev.iputrace.cli;

import java.util.Locale;

/** The ways into this host's kernel, in the order in which {@link #AUTO} tries them: what misses least comes first. */
enum Backend {
    AUTO,
    /** The native agent: CO-RE programs through libbpf. Needs BTF. */
    LIBBPF,
    /** The same programs, compiled at start against the kernel's headers. Needs those and libbcc. */
    BCC,
    /** Trace events made of kprobes, read as text. Needs no bpf(2) at all. */
    TRACEFS;

    /** As in options, messages and provenance. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
