package dev.iputrace.check;

import java.util.Arrays;

/** Kernel return addresses, innermost first. Immutable; empty when none was sent. */
public final class CallStack {
    public static final CallStack EMPTY = new CallStack(new long[0]);

    private final long[] addresses;

    private CallStack(long[] addresses) {
        this.addresses = addresses;
    }

    public static CallStack of(long... addresses) {
        return addresses.length == 0 ? EMPTY : new CallStack(addresses.clone());
    }

    public int depth() {
        return addresses.length;
    }

    public long address(int index) {
        return addresses[index];
    }

    public boolean isEmpty() {
        return addresses.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CallStack stack && Arrays.equals(addresses, stack.addresses);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(addresses);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (long address : addresses) {
            text.append(text.length() == 0 ? "" : " ").append("0x").append(Long.toHexString(address));
        }
        return text.toString();
    }
}
