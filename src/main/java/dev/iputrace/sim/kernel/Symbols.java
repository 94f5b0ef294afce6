package dev.iputrace.sim.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The fake kernel's kallsyms: gives functions addresses as they are named, and names for addresses. */
public final class Symbols {
    private static final long CORE = 0xffffffff81100000L;
    private static final long MODULE = 0xffffffffa0100000L;
    private static final long SPACING = 0x1000;

    private final Map<String, Long> starts = new HashMap<>();
    private final List<String> core = new ArrayList<>();
    private final List<String> module = new ArrayList<>();

    /** Address of {@code name+0x2d/0x40} or {@code name+0x2d/0x40[ext4]}. */
    long address(String place) {
        int plus = place.indexOf('+');
        int slash = place.indexOf('/');
        int bracket = place.indexOf('[');
        boolean inModule = bracket >= 0;
        String size = place.substring(slash, inModule ? bracket : place.length());
        String symbol = place.substring(0, plus) + '+' + size + (inModule ? " " + place.substring(bracket) : "");
        long start = starts.computeIfAbsent(symbol, name -> {
            List<String> text = inModule ? module : core;
            text.add(name);
            return (inModule ? MODULE : CORE) + (text.size() - 1) * SPACING;
        });
        return start + Long.decode(place.substring(plus + 1, slash));
    }

    /** {@code iput+0x69/0x70}, {@code ext4_free_io_end+0x2d/0x40 [ext4]}; the bare address when unknown. */
    public String name(long address) {
        String symbol = lookup(address);
        if (symbol == null) {
            return "0x" + Long.toHexString(address);
        }
        String offset = "0x" + Long.toHexString((address - (address < MODULE ? CORE : MODULE)) % SPACING);
        return symbol.replace("+/", "+" + offset + "/").toLowerCase(Locale.ROOT);
    }

    /**
     * As lines of /proc/kallsyms. There a function ends where the next symbol begins, so each is followed by one that
     * nothing lies in.
     */
    public List<String> kallsyms() {
        List<String> lines = new ArrayList<>();
        kallsyms(CORE, core, lines);
        kallsyms(MODULE, module, lines);
        return lines;
    }

    private static void kallsyms(long base, List<String> symbols, List<String> lines) {
        for (int i = 0; i < symbols.size(); i++) {
            String symbol = symbols.get(i).toLowerCase(Locale.ROOT);
            int plus = symbol.indexOf('+');
            int space = symbol.indexOf(' ');
            String module = space < 0 ? "" : symbol.substring(space);
            long size = Long.decode(symbol.substring(plus + 2, space < 0 ? symbol.length() : space));
            String name = symbol.substring(0, plus);
            long start = base + i * SPACING;
            lines.add(String.format("%016x t %s%s", start, name, module));
            lines.add(String.format("%016x t end_of_%s%s", start + size, name, module));
        }
    }

    private @org.jspecify.annotations.Nullable String lookup(long address) {
        boolean inModule = address >= MODULE;
        List<String> text = inModule ? module : core;
        long index = (address - (inModule ? MODULE : CORE)) / SPACING;
        return index >= 0 && index < text.size() ? text.get((int) index) : null;
    }
}
