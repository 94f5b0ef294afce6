package dev.iputrace.trace.text;

import dev.iputrace.event.StateBits;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a release text ({@code 2.6.32-279.el6.x86_64}) says about {@code i_state} and {@code iput}. */
public record KernelRelease(String release, int major, int minor, int patch) {
    private static final Pattern NUMBERS = Pattern.compile("^([0-9]{1,3})\\.([0-9]{1,4})(?:\\.([0-9]{1,5}))?");

    /** Null when the text begins with no version. */
    public static @Nullable KernelRelease parse(String text) {
        Matcher matcher = NUMBERS.matcher(text);
        if (!matcher.find()) {
            return null;
        }
        String patch = matcher.group(3);
        return new KernelRelease(
                text.strip(),
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch));
    }

    public boolean atLeast(int wantMajor, int wantMinor, int wantPatch) {
        if (major != wantMajor) {
            return major > wantMajor;
        }
        return minor != wantMinor ? minor > wantMinor : patch >= wantPatch;
    }

    public StateBits stateBits() {
        if (atLeast(6, 18, 0)) {
            return StateBits.V6_18;
        }
        return atLeast(6, 12, 0) ? StateBits.V6_12 : StateBits.V2_6_32;
    }

    /** The provenance that follows from the release alone. */
    public Map<String, String> entries() {
        StateBits bits = stateBits();
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("kernel", release);
        entries.put("i_will_free", "0x" + Integer.toHexString(bits.willFree()));
        entries.put("i_freeing", "0x" + Integer.toHexString(bits.freeing()));
        entries.put("i_clear", "0x" + Integer.toHexString(bits.clear()));
        entries.put("iput_panics", atLeast(6, 18, 0) ? "0" : "1");
        return entries;
    }
}
