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
     * A stack by name, innermost first. What fentry programs add is left out, as it is not the kernel's doing: the
     * program itself, trampolines, and the second frame of a function that a trampoline calls.
     */
    default List<String> frames(CallStack stack) {
        List<String> frames = new ArrayList<>();
        String lastFunction = "";
        boolean throughTrampoline = false;
        for (int i = 0; i < stack.depth(); i++) {
            String function = function(stack.address(i));
            if (function.startsWith("bpf_prog_") || function.startsWith("bpf_trampoline_")) {
                throughTrampoline = true;
            } else {
                if (!throughTrampoline || !function.equals(lastFunction)) {
                    frames.add(symbol(stack.address(i)));
                }
                throughTrampoline = false;
                lastFunction = function;
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
