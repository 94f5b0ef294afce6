package dev.iputrace.report;

import dev.iputrace.event.Provenance;
import dev.iputrace.event.StateBits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names of {@code i_state} bits on one kernel (include/linux/fs.h of each era); unknown bits stay hex. */
final class StateNames {
    private final Map<Integer, String> names = new LinkedHashMap<>();

    StateNames(Provenance provenance) {
        StateBits bits = provenance.stateBits();
        if (bits.known()) {
            names.put(bits.freeing(), "I_FREEING");
            names.put(bits.clear(), "I_CLEAR");
            names.put(bits.willFree(), "I_WILL_FREE");
        }
        if (bits.equals(StateBits.V6_18)) {
            putAll(0x1, "I_NEW", 0x2, "I_SYNC", 0x4, "I_LRU_ISOLATING", 0x400, "I_REFERENCED");
            putAll(0x10, "I_DIRTY_SYNC", 0x20, "I_DIRTY_DATASYNC", 0x40, "I_DIRTY_PAGES");
        } else if (bits.equals(StateBits.V6_12)) {
            putAll(0x1, "I_NEW", 0x2, "I_SYNC", 0x4, "I_LRU_ISOLATING", 0x200, "I_REFERENCED");
            putAll(0x8, "I_DIRTY_SYNC", 0x10, "I_DIRTY_DATASYNC", 0x20, "I_DIRTY_PAGES");
        } else if (bits.equals(StateBits.V2_6_32)) {
            putAll(0x1, "I_DIRTY_SYNC", 0x2, "I_DIRTY_DATASYNC", 0x4, "I_DIRTY_PAGES", 0x8, "I_NEW");
            boolean early = provenance.kernel().matches("2\\.6\\.3[2-5]\\b.*");
            putAll(0x80, early ? "I_LOCK" : "I_SYNC", 0x100, early ? "I_SYNC" : "I_REFERENCED");
        }
    }

    private void putAll(Object... bitsAndNames) {
        for (int i = 0; i < bitsAndNames.length; i += 2) {
            names.put((Integer) bitsAndNames[i], (String) bitsAndNames[i + 1]);
        }
    }

    /** Names of the set bits, the telling ones first; bits without a name as one hex number at the end. */
    List<String> of(int iState) {
        List<String> set = new ArrayList<>();
        int rest = iState;
        for (Map.Entry<Integer, String> name : names.entrySet()) {
            if ((iState & name.getKey()) != 0) {
                set.add(name.getValue());
                rest &= ~name.getKey();
            }
        }
        if (rest != 0) {
            set.add(Symbols.hex(rest & 0xffffffffL));
        }
        return set;
    }

    /** {@code 0xa7 I_FREEING|I_SYNC}. */
    String text(int iState) {
        String hex = Symbols.hex(iState & 0xffffffffL);
        return names.isEmpty() || iState == 0 ? hex : hex + " " + String.join("|", of(iState));
    }
}
