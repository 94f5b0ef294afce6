package dev.iputrace.report;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The functions of {@code /proc/kallsyms}: lines of {@code ADDRESS TYPE NAME [MODULE]}. Kept as sorted arrays and one
 * array of bytes, about 35 bytes a function. A function ends where the next symbol begins, as in the kernel. Without
 * CAP_SYSLOG the kernel shows zeros for addresses: then {@link #hidden} is true and no address has a name.
 *
 * <p>Lines that are not of this form are skipped.
 */
public final class Kallsyms implements Symbols {
    /** No function is larger; an address farther from the last symbol of a module belongs to nobody. */
    private static final long SIZE_MAX = 1 << 20;

    private static final int LINE_MAX = 1024;

    private final long[] addresses;
    /** Where in {@link #names} the symbol of {@link #addresses} is written: length, then bytes. */
    private final int[] nameAt;

    private final byte[] names;
    private final short[] moduleOf;
    private final List<String> modules;
    private final boolean hidden;

    private Kallsyms(Parser parser) {
        long[] order = parser.order();
        addresses = new long[order.length];
        nameAt = new int[order.length];
        moduleOf = new short[order.length];
        for (int i = 0; i < order.length; i++) {
            int from = (int) order[i];
            addresses[i] = parser.addresses[from];
            nameAt[i] = parser.nameAt[from];
            moduleOf[i] = parser.moduleOf[from];
        }
        names = Arrays.copyOf(parser.names, parser.namesEnd);
        modules = List.copyOf(parser.modules);
        hidden = parser.size == 0 && parser.zeros > 0;
    }

    /** Also of a file that was compressed, as its name tells. */
    public static Kallsyms read(Path path) throws IOException {
        try (InputStream file = Files.newInputStream(path);
                InputStream in = path.toString().endsWith(".gz") ? new GZIPInputStream(file) : file) {
            return read(in);
        }
    }

    public static Kallsyms read(InputStream in) throws IOException {
        Parser parser = new Parser();
        BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
        byte[] line = new byte[LINE_MAX];
        int length = 0;
        for (int next = buffered.read(); next >= 0; next = buffered.read()) {
            if (next != '\n') {
                if (length < LINE_MAX) {
                    line[length++] = (byte) next;
                }
            } else {
                parser.line(line, length);
                length = 0;
            }
        }
        parser.line(line, length);
        return new Kallsyms(parser);
    }

    /** True when the kernel hides the addresses from this user. */
    public boolean hidden() {
        return hidden;
    }

    /** Functions known. */
    public int size() {
        return addresses.length;
    }

    @Override
    public String symbol(long address) {
        int at = find(address);
        if (at < 0) {
            return Symbols.hex(address);
        }
        StringBuilder text = new StringBuilder(name(at));
        text.append("+0x").append(Long.toHexString(address - addresses[at]));
        long end = end(at);
        if (end != 0) {
            text.append("/0x").append(Long.toHexString(end - addresses[at]));
        }
        String module = modules.get(moduleOf[at]);
        return module.isEmpty()
                ? text.toString()
                : text.append(" [").append(module).append(']').toString();
    }

    @Override
    public String function(long address) {
        int at = find(address);
        return at < 0 ? Symbols.hex(address) : name(at);
    }

    private int find(long address) {
        int at = search(address);
        if (at < 0 || address - addresses[at] >= SIZE_MAX) {
            return -1;
        }
        while (at > 0 && addresses[at - 1] == addresses[at]) {
            at--;
        }
        return at;
    }

    /** Last symbol that begins at or below the address; addresses compare unsigned. */
    private int search(long address) {
        int low = 0;
        int high = addresses.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(addresses[middle], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /** Where the function ends, 0 when that is not known. */
    private long end(int at) {
        int next = at;
        while (next < addresses.length && addresses[next] == addresses[at]) {
            next++;
        }
        return next == addresses.length || addresses[next] - addresses[at] >= SIZE_MAX ? 0 : addresses[next];
    }

    private String name(int at) {
        int from = nameAt[at];
        return new String(names, from + 1, names[from] & 0xff, StandardCharsets.ISO_8859_1);
    }

    private static final class Parser {
        private static final int NAME_MAX = 255;

        long[] addresses = new long[1 << 12];
        int[] nameAt = new int[1 << 12];
        short[] moduleOf = new short[1 << 12];
        byte[] names = new byte[1 << 16];
        int namesEnd;
        int size;
        long zeros;
        final List<String> modules = new ArrayList<>(List.of(""));

        void line(byte[] line, int length) {
            int at = 0;
            long address = 0;
            for (; at < length && Character.digit(line[at], 16) >= 0; at++) {
                address = address << 4 | Character.digit(line[at], 16);
            }
            boolean formed = at > 0 && at + 3 < length && line[at] == ' ' && line[at + 2] == ' ';
            if (!formed || "tTwW".indexOf(line[at + 1]) < 0) {
                return;
            }
            if (address == 0) {
                zeros++;
                return;
            }
            int name = at + 3;
            int end = name;
            while (end < length && line[end] > ' ') {
                end++;
            }
            add(address, line, name, Math.min(end - name, NAME_MAX), module(line, end, length));
        }

        private void add(long address, byte[] line, int name, int nameLength, short module) {
            if (size == addresses.length) {
                addresses = Arrays.copyOf(addresses, size * 2);
                nameAt = Arrays.copyOf(nameAt, size * 2);
                moduleOf = Arrays.copyOf(moduleOf, size * 2);
            }
            if (namesEnd + 1 + nameLength > names.length) {
                names = Arrays.copyOf(names, names.length * 2);
            }
            addresses[size] = address;
            nameAt[size] = namesEnd;
            moduleOf[size++] = module;
            names[namesEnd++] = (byte) nameLength;
            System.arraycopy(line, name, names, namesEnd, nameLength);
            namesEnd += nameLength;
        }

        private short module(byte[] line, int from, int to) {
            int begin = from;
            int end = to;
            while (begin < end && line[begin] <= ' ') {
                begin++;
            }
            if (end - begin < 3 || line[begin] != '[' || line[end - 1] != ']') {
                return 0;
            }
            String module = new String(line, begin + 1, end - begin - 2, StandardCharsets.ISO_8859_1);
            int known = modules.lastIndexOf(module);
            if (known < 0 && modules.size() < Short.MAX_VALUE) {
                modules.add(module);
                known = modules.size() - 1;
            }
            return (short) Math.max(known, 0);
        }

        /** Positions in the order of unsigned addresses, first come first among equals. */
        long[] order() {
            Integer[] positions = new Integer[size];
            for (int i = 0; i < size; i++) {
                positions[i] = i;
            }
            Arrays.sort(positions, (a, b) -> Long.compareUnsigned(addresses[a], addresses[b]));
            return Arrays.stream(positions).mapToLong(Integer::longValue).toArray();
        }
    }
}
