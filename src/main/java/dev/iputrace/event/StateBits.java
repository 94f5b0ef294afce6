package dev.iputrace.event;

/**
 * The bits of {@code i_state} that the model needs, as this kernel lays them out (they moved in 6.12 and in 6.18).
 * All zero: unknown layout.
 */
public record StateBits(int willFree, int freeing, int clear) {
    public static final StateBits UNKNOWN = new StateBits(0, 0, 0);
    /** 2.6.36 .. 6.11; in 2.6.32 .. 2.6.35 too, where I_CLEAR is a value and not a bit. */
    public static final StateBits V2_6_32 = new StateBits(0x10, 0x20, 0x40);
    /** 6.12 .. 6.17. */
    public static final StateBits V6_12 = new StateBits(0x40, 0x80, 0x100);
    /** 6.18 and later. */
    public static final StateBits V6_18 = new StateBits(0x80, 0x100, 0x200);

    public boolean known() {
        return freeing != 0;
    }

    /** The {@link Flag} bits FREEING, WILL_FREE and CLEAR for a raw {@code i_state}. */
    public int flags(int iState) {
        return ((iState & freeing) != 0 ? Flag.FREEING : 0)
                | ((iState & willFree) != 0 ? Flag.WILL_FREE : 0)
                | ((iState & clear) != 0 ? Flag.CLEAR : 0);
    }
}
