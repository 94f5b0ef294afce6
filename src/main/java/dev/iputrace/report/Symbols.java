package dev.iputrace.report;

import dev.iputrace.check.CallStack;
import java.util.ArrayList;
import java.util.List;

/** Names for kernel addresses. */
public interface Symbols {
    /** {@code name+0x1f/0x40 [module]}, or the address in hex when it has no name. */
    String symbol(long address);

    /** The name of the function alone, or the address in hex. */
    default String function(long address) {
        String symbol = symbol(address);
        int plus = symbol.indexOf('+');
        return plus < 0 ? symbol : symbol.substring(0, plus);
    }

    /**
     * A stack by name, innermost first. What an fentry program adds on top, itself and its trampoline, is left out: it
     * is not the kernel's doing.
     */
    default List<String> frames(CallStack stack) {
        List<String> frames = new ArrayList<>();
        for (int i = 0; i < stack.depth(); i++) {
            String symbol = symbol(stack.address(i));
            if (!frames.isEmpty() || !(symbol.startsWith("bpf_prog_") || symbol.startsWith("bpf_trampoline_"))) {
                frames.add(symbol);
            }
        }
        return frames;
    }

    /** Knows no name. */
    static Symbols none() {
        return Symbols::hex;
    }

    static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}
