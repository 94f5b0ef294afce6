package dev.iputrace.sim.kernel;

import java.util.Arrays;

/**
 * What probes see of a slot beyond its memory words: its address, i_ino, and which life this is. Nothing in the fake
 * kernel depends on it, so it is no part of its state.
 */
final class Addresses {
    private static final long OLD_DIRECT_MAP = 0xffff880000000000L;
    private static final long DIRECT_MAP = 0xffff888000000000L;
    private static final long INODE_SLAB = 0x12340090L;
    private static final long IO_END_SLAB = 0x2b1c8000L;
    private static final int INODE_SIZE = 1072;
    private static final int IO_END_SIZE = 64;
    private static final int FIRST_INO = 12;
    private static final int ROOT_INO = 2;

    final long[] inode;
    final long[] ioEnd;
    final long[] iIno;
    final int[] generation;
    /** Generation whose use after death was told. */
    final int[] toldDead;

    /** i_ino of the file with this name, as on disk. */
    private final long[] inoOfName;

    /** Free inode numbers, the one freed last on top: ext4 takes the lowest, near enough. */
    private final int[] freeInos;

    private int freeInosTop;

    Addresses(Layout.Sizes sizes, Era era) {
        long map = era.old() ? OLD_DIRECT_MAP : DIRECT_MAP;
        inode = new long[sizes.inodes()];
        ioEnd = new long[sizes.ioEnds()];
        Arrays.setAll(inode, slot -> map + INODE_SLAB + (long) slot * INODE_SIZE);
        Arrays.setAll(ioEnd, slot -> map + IO_END_SLAB + (long) slot * IO_END_SIZE);
        iIno = new long[sizes.inodes()];
        generation = new int[sizes.inodes()];
        toldDead = new int[sizes.inodes()];
        inoOfName = new long[sizes.names()];
        freeInos = new int[sizes.inodes() + sizes.names()];
        restart();
    }

    /** As if nothing had lived yet. */
    void restart() {
        Arrays.fill(iIno, 0);
        Arrays.fill(generation, 0);
        Arrays.fill(toldDead, 0);
        Arrays.fill(inoOfName, 0);
        for (freeInosTop = 0; freeInosTop < freeInos.length; freeInosTop++) {
            freeInos[freeInosTop] = FIRST_INO + freeInos.length - freeInosTop - 1;
        }
    }

    void born(int slot) {
        generation[slot]++;
        toldDead[slot] = 0;
    }

    /** A new file gets a number, one read from disk has its own. */
    void number(int slot, int name, boolean onDisk) {
        if (!onDisk) {
            inoOfName[name] = freeInosTop > 0 ? freeInos[--freeInosTop] : FIRST_INO;
        }
        iIno[slot] = inoOfName[name];
    }

    void numberRoot(int slot) {
        iIno[slot] = ROOT_INO;
    }

    void renumber(int fromName, int toName) {
        inoOfName[toName] = inoOfName[fromName];
    }

    /** ext4_free_inode: the file is gone from disk. */
    void release(int slot) {
        if (freeInosTop < freeInos.length && iIno[slot] >= FIRST_INO) {
            freeInos[freeInosTop++] = (int) iIno[slot];
        }
    }
}
