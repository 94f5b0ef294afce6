package dev.iputrace.trace.input;

import org.jspecify.annotations.Nullable;

/**
 * Which events of a trace to look at; null: all.
 *
 * @param fromNs no older ones, by the clock of the trace
 * @param toNs no younger ones
 * @param iIno of inodes with this number
 * @param sDev on this device, as the kernel encodes it: major &lt;&lt; 20 | minor
 */
public record Filter(
        @Nullable Long fromNs,
        @Nullable Long toNs,
        @Nullable Long iIno,
        @Nullable Integer sDev) {
    public static final Filter ALL = new Filter(null, null, null, null);

    boolean inTime(long tsNs) {
        return (fromNs == null || tsNs >= fromNs) && (toNs == null || tsNs <= toNs);
    }

    boolean isSelective() {
        return iIno != null || sDev != null;
    }

    boolean wants(long eventIIno, int eventSDev) {
        return (iIno == null || eventIIno == iIno) && (sDev == null || eventSDev == sDev);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        add(text, "from_ns", fromNs);
        add(text, "to_ns", toNs);
        add(text, "i_ino", iIno);
        add(text, "s_dev", sDev == null ? null : (sDev >>> 20) + ":" + (sDev & 0xfffff));
        return text.toString();
    }

    private static void add(StringBuilder text, String name, @Nullable Object value) {
        if (value != null) {
            text.append(text.length() == 0 ? "" : ", ").append(name).append('=').append(value);
        }
    }
}
