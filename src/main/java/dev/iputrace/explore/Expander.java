package dev.iputrace.explore;

import dev.iputrace.sim.World;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes states apart and puts them together: loads a state into the world, lets one task do one step, and finds the
 * numbers of the state that results. Hot path: work is proportional to what a step changed; allocates nothing.
 */
final class Expander {
    private final World world;
    private final Ledger ledger;
    private final int[] memory;
    /** The memory of the state that is expanded, to go back to. */
    private final int[] origin;

    private final int[] originLedger;
    private final Part[] parts;
    /** Part that a word of the memory lies in. */
    private final byte[] partOf;

    private final Part ledgerPart;
    private final int[] loaded;
    private final long[] from;
    private final long[] to;
    private final int ledgerIndex;
    private long changedParts;

    Expander(World world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
        memory = world.memory();
        origin = memory.clone();
        originLedger = ledger.words.clone();
        int[] ends = world.partEnds();
        ledgerIndex = ends.length;
        if (ledgerIndex >= Long.SIZE) {
            throw new IllegalArgumentException("explore: parts=" + ledgerIndex + ", want less than " + Long.SIZE);
        }
        parts = new Part[ledgerIndex];
        partOf = new byte[memory.length];
        int begin = 0;
        for (int part = 0; part < ends.length; part++) {
            parts[part] = new Part(begin, ends[part] - begin);
            Arrays.fill(partOf, begin, ends[part], (byte) part);
            begin = ends[part];
        }
        ledgerPart = new Part(0, ledger.words.length);
        loaded = new int[ledgerIndex + 1];
        Arrays.fill(loaded, -1);
        from = new long[(ledgerIndex + 4) >> 2];
        to = new long[from.length];
    }

    /** Numbers in a state. */
    int numbers() {
        return ledgerIndex + 1;
    }

    /** The state that the world is in, as numbers; null when a part has too many contents. */
    long @Nullable [] encodeAll() {
        for (int part = 0; part < ledgerIndex; part++) {
            if (!put(part, parts[part].number(memory))) {
                return null;
            }
        }
        return put(ledgerIndex, ledgerPart.number(ledger.words)) ? to : null;
    }

    private boolean put(int part, int number) {
        int shift = (part & 3) << 4;
        to[part >> 2] = (to[part >> 2] & ~(0xffffL << shift)) | ((long) number << shift);
        return number != Part.FULL;
    }

    /** Puts the world, whose memory must be that of the state loaded last, into this state. */
    void load(StateGraph graph, int state) {
        graph.load(state, from);
        for (int part = 0; part < ledgerIndex; part++) {
            int number = (int) (from[part >> 2] >>> ((part & 3) << 4)) & 0xffff;
            if (number != loaded[part]) {
                loaded[part] = number;
                parts[part].restore(number, origin);
                parts[part].restore(number, memory);
            }
        }
        int number = (int) (from[ledgerIndex >> 2] >>> ((ledgerIndex & 3) << 4)) & 0xffff;
        ledgerPart.restore(number, originLedger);
        ledgerPart.restore(number, ledger.words);
        changedParts = 0;
    }

    /** The numbers of the state that a step led to; null when a part has too many contents. Then {@link #back}. */
    long @Nullable [] encode(int task) {
        System.arraycopy(from, 0, to, 0, from.length);
        int at = 0;
        boolean fits = true;
        while (true) {
            int next = Arrays.mismatch(memory, at, memory.length, origin, at, origin.length);
            if (next < 0) {
                break;
            }
            int part = partOf[at + next];
            changedParts |= 1L << part;
            fits &= put(part, parts[part].number(memory, loaded[part], task));
            at = parts[part].end();
        }
        if (!Arrays.equals(ledger.words, originLedger)) {
            fits &= put(ledgerIndex, ledgerPart.number(ledger.words));
        }
        return fits ? to : null;
    }

    /** Undoes the step that {@link #encode} looked at. */
    void back() {
        for (long left = changedParts; left != 0; left &= left - 1) {
            parts[Long.numberOfTrailingZeros(left)].copy(origin, memory);
        }
        changedParts = 0;
        System.arraycopy(originLedger, 0, ledger.words, 0, originLedger.length);
        world.revive();
    }

    /** True when the memory is that of the loaded state: a step that had to wait must leave it so. */
    boolean isUnchanged() {
        return Arrays.equals(memory, origin);
    }

    long bytes() {
        long bytes = ledgerPart.bytes();
        for (Part part : parts) {
            bytes += part.bytes();
        }
        return bytes;
    }
}
