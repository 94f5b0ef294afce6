package dev.iputrace.report;

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

    /** Knows no name. */
    static Symbols none() {
        return Symbols::hex;
    }

    static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}
