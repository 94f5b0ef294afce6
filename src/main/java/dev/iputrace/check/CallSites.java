package dev.iputrace.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** igrab, ihold and iput counted by caller; a fixed table. Hot path: one call per event; allocates nothing. */
final class CallSites {
    private static final int SLOTS = 1024;
    private static final int SLOT_LONGS = 4;
    private static final int MASK = SLOTS * SLOT_LONGS - 1;
    private static final int PROBES_MAX = 16;
    private static final long FIBONACCI = 0x9e3779b97f4a7c15L;
    private static final int SHIFT = 64 - Integer.numberOfTrailingZeros(SLOTS);

    /** As {@code OpCode.IGRAB} and {@code OpCode.IPUT}, so that a plain one is counted by its op. */
    static final int GRABBED = 1;

    static final int PUT = 2;
    static final int REFUSED = 3;

    private final long[] slots = new long[SLOTS * SLOT_LONGS];
    /** For callers not sent or not fitting in; indexed like a slot. */
    private final long[] others = new long[SLOT_LONGS];

    void count(long caller, int what) {
        long[] table = slots;
        int at = (int) ((caller * FIBONACCI) >>> SHIFT) * SLOT_LONGS;
        if (table[at] == caller && caller != 0) {
            table[at + what]++;
        } else {
            search(caller, what, at);
        }
    }

    private void search(long caller, int what, int home) {
        if (caller == 0) {
            others[what]++;
            return;
        }
        long[] table = slots;
        int at = home;
        for (int tried = 0; tried < PROBES_MAX; tried++) {
            long key = table[at];
            if (key == caller || key == 0) {
                table[at] = caller;
                table[at + what]++;
                return;
            }
            at = (at + SLOT_LONGS) & MASK;
        }
        others[what]++;
    }

    List<CallSite> summary() {
        List<CallSite> sites = new ArrayList<>();
        for (int at = 0; at < slots.length; at += SLOT_LONGS) {
            if (slots[at] != 0) {
                sites.add(site(slots, at));
            }
        }
        CallSite rest = site(others, 0);
        if (calls(rest) > 0) {
            sites.add(rest);
        }
        sites.sort(Comparator.comparingLong(CallSites::calls).reversed().thenComparingLong(CallSite::caller));
        return List.copyOf(sites);
    }

    private static CallSite site(long[] from, int at) {
        return new CallSite(from[at], from[at + GRABBED], from[at + REFUSED], from[at + PUT]);
    }

    private static long calls(CallSite site) {
        return site.grabbed() + site.refused() + site.put();
    }
}
