package dev.iputrace.sim.kernel;

import dev.iputrace.event.OpCode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Return addresses: each place that a routine returns to stands for one or more frames of the real kernel. The offsets
 * in the stack of the seed's panic are the real ones; the others are made up.
 */
final class CallSites {
    private static final long[] NONE = {};
    private static final int PCS = 256;

    /** By era, made once each: parsing the places takes longer than a short simulation. */
    private static final Map<Era, CallSites> OF = new EnumMap<>(Era.class);

    static {
        for (Era era : Era.values()) {
            OF.put(era, new CallSites(era));
        }
    }

    private final Symbols symbols = new Symbols();
    private final long[][] frames = new long[PCS][];
    /** Frames that the unwinder of old kernels prints with a question mark, behind those above. */
    private final List<List<String>> printed = new ArrayList<>();

    private final long[] entries = new long[OpCode.FIRST_COMPANION];

    static CallSites of(Era era) {
        return Objects.requireNonNull(OF.get(era));
    }

    /** In order of op and pc, because a map's own order differs from one JVM to the next, and addresses with it. */
    private CallSites(Era era) {
        for (int pc = 0; pc < PCS; pc++) {
            frames[pc] = NONE;
            printed.add(List.of());
        }
        new TreeMap<>(era.old() ? OldStacks.ENTRIES : NewStacks.ENTRIES)
                .forEach((op, place) -> entries[op] = symbols.address(place));
        Map<Integer, String> sites = new TreeMap<>(era.old() ? OldStacks.SITES : NewStacks.SITES);
        if (era == Era.F7AD6D2E) {
            sites.putAll(OldStacks.F7AD6D2E_SITES);
        }
        sites.forEach(this::site);
    }

    private void site(int pc, String places) {
        List<Long> addresses = new ArrayList<>();
        for (String place : places.split(" ")) {
            if (!place.startsWith("?")) {
                addresses.add(symbols.address(place));
            }
        }
        frames[pc] = addresses.stream().mapToLong(Long::longValue).toArray();
        printed.set(pc, List.of(places.split(" ")));
    }

    /** Where the code at this pc calls from. */
    long caller(int pc) {
        long[] known = frames[pc];
        return known.length == 0 ? 0 : known[0];
    }

    /** Fills in the stack of an event, innermost first; returns its depth. */
    int stack(Event e, long[] to) {
        int depth = 0;
        to[depth++] = entries[e.op];
        if (e.site != 0) {
            depth = append(frames[e.site], to, depth);
        }
        for (int sp = e.mem[e.frame + Layout.T_SP] - 1; sp >= 0; sp--) {
            depth = append(frames[e.mem[e.frame + Layout.T_RET + sp]], to, depth);
        }
        return depth;
    }

    private static int append(long[] from, long[] to, int depth) {
        int count = Math.min(from.length, to.length - depth);
        System.arraycopy(from, 0, to, depth, count);
        return depth + count;
    }

    /** As the kernel prints it after a BUG, the function that hit it left out. */
    List<String> callTrace(int[] mem, int frame) {
        List<String> places = new ArrayList<>();
        for (int sp = mem[frame + Layout.T_SP] - 1; sp >= 0; sp--) {
            for (String place : printed.get(mem[frame + Layout.T_RET + sp])) {
                places.add(place.replace("[", " ["));
            }
        }
        return places;
    }

    Symbols symbols() {
        return symbols;
    }
}
