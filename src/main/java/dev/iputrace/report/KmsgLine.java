package dev.iputrace.report;

import dev.iputrace.check.Finding;
import dev.iputrace.check.Seen;
import dev.iputrace.event.Provenance;

/** A finding in one line of ASCII, for the kernel log: what must be readable after a panic. */
public final class KmsgLine {
    public static final int BYTES_MAX = 400;

    private KmsgLine() {}

    /** No newline at the end; at most {@link #BYTES_MAX} bytes. */
    public static String of(Finding finding, Provenance provenance) {
        Seen seen = finding.seen();
        StringBuilder line = new StringBuilder("iputrace: ");
        line.append(finding.isProof() ? "VIOLATION " : "SUSPECT ");
        line.append(finding.rule().id()).append(' ').append(finding.rule().title());
        line.append(" dev=").append(Names.dev(seen.sDev()));
        line.append(" ino=").append(Long.toUnsignedString(seen.iIno()));
        line.append(" i_count=").append(seen.iCount());
        line.append(" i_state=").append(new StateNames(provenance).text(seen.iState()));
        line.append(" op=").append(Names.op(seen.op()));
        line.append(" inode=").append(Symbols.hex(seen.inode()));
        if (seen.ioEnd() != 0) {
            line.append(" io_end=").append(Symbols.hex(seen.ioEnd()));
        }
        if (seen.caller() != 0) {
            line.append(" caller=").append(Symbols.hex(seen.caller()));
        }
        line.append(" cpu=").append(seen.cpu()).append(" tid=").append(seen.tid());
        String comm = finding.event().comm();
        if (comm != null) {
            line.append(" comm=").append(Clean.text(comm).replaceAll("[^\\x21-\\x7e]", "_"));
        }
        line.append(" ts=").append(Names.seconds(seen.tsNs()));
        return line.length() <= BYTES_MAX ? line.toString() : line.substring(0, BYTES_MAX);
    }
}
