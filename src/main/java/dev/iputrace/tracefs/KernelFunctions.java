package dev.iputrace.tracefs;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Those functions of /proc/kallsyms that are probed: whether and where they are. One pass over the file. */
final class KernelFunctions {
    /**
     * A function of the kernel.
     *
     * @param module empty when it is built in
     * @param start address, 0 when the kernel hides it
     * @param end first address behind it
     */
    record Function(String name, String module, long start, long end) {
        boolean holds(long address) {
            return start != 0 && Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
        }

        /** As kprobe_events wants it. */
        String symbol() {
            return module.isEmpty() ? name : module + ":" + name;
        }
    }

    private final Map<String, Function> byName = new HashMap<>();
    private final Set<String> ambiguous = new HashSet<>();
    private long[] addresses = new long[1 << 16];
    private int count;

    private KernelFunctions() {}

    static KernelFunctions read(Path kallsyms) {
        KernelFunctions functions = new KernelFunctions();
        Set<String> wanted = new HashSet<>();
        for (Point point : Point.values()) {
            wanted.addAll(point.functions());
        }
        try (BufferedReader lines = Files.newBufferedReader(kallsyms, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                functions.line(line, wanted);
            }
        } catch (IOException e) {
            throw new TracefsException("cannot read " + kallsyms + ": " + e.getMessage(), e);
        }
        functions.findEnds();
        return functions;
    }

    /** {@code ADDRESS TYPE NAME}, and {@code [MODULE]} behind a tab. */
    private void line(String line, Set<String> wanted) {
        int type = line.indexOf(' ');
        if (type < 1 || type > 16 || line.length() < type + 4) {
            return;
        }
        long address;
        try {
            address = Long.parseUnsignedLong(line, 0, type, 16);
        } catch (NumberFormatException e) {
            return;
        }
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, 2 * count);
        }
        addresses[count++] = address;
        int tab = line.indexOf('\t', type);
        String name = line.substring(type + 3, tab < 0 ? line.length() : tab);
        if (wanted.contains(name) && "tT".indexOf(line.charAt(type + 1)) >= 0) {
            String module = tab < 0 ? "" : line.substring(tab + 1).replaceAll("[\\[\\]]", "");
            add(new Function(name, module, address, 0));
        }
    }

    /** The VFS is built in; a function of that name in another module than ext4 is another one. */
    private void add(Function function) {
        if (!function.module.isEmpty() && !function.module.equals("ext4")) {
            return;
        }
        if (byName.putIfAbsent(function.name, function) != null) {
            ambiguous.add(function.name);
        }
    }

    private void findEnds() {
        long[] sorted = Arrays.copyOf(addresses, count);
        for (int i = 0; i < count; i++) {
            sorted[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(sorted);
        byName.replaceAll(
                (name, function) -> new Function(name, function.module, function.start, end(sorted, function.start)));
        addresses = new long[0];
        count = 0;
    }

    /** The end of a function is the nearest symbol above it. */
    private static long end(long[] sorted, long start) {
        int at = Arrays.binarySearch(sorted, start ^ Long.MIN_VALUE);
        while (at >= 0 && at < sorted.length && sorted[at] == (start ^ Long.MIN_VALUE)) {
            at++;
        }
        return at < 0 || at == sorted.length ? start : sorted[at] ^ Long.MIN_VALUE;
    }

    /** The function to probe for this point, or null. */
    @Nullable
    Function of(Point point) {
        for (String name : point.functions()) {
            Function function = byName.get(name);
            if (function != null && !ambiguous.contains(name)) {
                return function;
            }
        }
        return null;
    }

    /** Why there is none; begins with "absent" where nothing is missed by that. */
    String whyNot(Point point) {
        String name = point.functions().get(0);
        if (ambiguous.contains(name)) {
            return "the kernel has several functions " + name;
        }
        String prefix = point == Point.IPUT_NOT_LAST ? "absent: " : "";
        String suffix = point.inExt4() ? " (is ext4 loaded?)" : "";
        return prefix + name + " is not in /proc/kallsyms" + suffix;
    }
}
