package dev.iputrace.check;

/**
 * Bounds and limits of a {@link Checker}.
 *
 * @param inodesMax inodes tracked at once; 32 to 64 bytes each, allocated as they come
 * @param ioEndsMax io_ends remembered at once, live or freed
 * @param historyCells events kept for the histories of findings, a power of two; 0 for none; 64 bytes each
 * @param ioEndLiveLimitNs an io_end live for longer is a suspected leak (R8); also the warm-up, in which the free of an
 *     io_end whose init was not seen is no alarm
 * @param requireWindow no OK unless an io_end was started on a dying inode
 */
public record CheckerOptions(
        long inodesMax, int ioEndsMax, int historyCells, long ioEndLiveLimitNs, boolean requireWindow) {
    public CheckerOptions {
        if (inodesMax < 1 || inodesMax > 1 << 28) {
            throw new IllegalArgumentException("checker: inodesMax=" + inodesMax + ", want 1 to " + (1 << 28));
        }
        if (ioEndsMax < 1 || ioEndsMax > 1 << 24) {
            throw new IllegalArgumentException("checker: ioEndsMax=" + ioEndsMax + ", want 1 to " + (1 << 24));
        }
        if (historyCells < 0 || historyCells > 1 << 24 || Integer.bitCount(historyCells) > 1) {
            throw new IllegalArgumentException(
                    "checker: historyCells=" + historyCells + ", want 0 or a power of two up to " + (1 << 24));
        }
        if (ioEndLiveLimitNs < 1) {
            throw new IllegalArgumentException("checker: ioEndLiveLimitNs=" + ioEndLiveLimitNs + ", want > 0");
        }
    }

    public static CheckerOptions defaults() {
        return new CheckerOptions(1 << 20, 1 << 16, 1 << 16, 120_000_000_000L, false);
    }

    public CheckerOptions withInodesMax(long value) {
        return new CheckerOptions(value, ioEndsMax, historyCells, ioEndLiveLimitNs, requireWindow);
    }

    public CheckerOptions withIoEndsMax(int value) {
        return new CheckerOptions(inodesMax, value, historyCells, ioEndLiveLimitNs, requireWindow);
    }

    public CheckerOptions withHistoryCells(int value) {
        return new CheckerOptions(inodesMax, ioEndsMax, value, ioEndLiveLimitNs, requireWindow);
    }

    public CheckerOptions withIoEndLiveLimitNs(long value) {
        return new CheckerOptions(inodesMax, ioEndsMax, historyCells, value, requireWindow);
    }

    public CheckerOptions withRequireWindow(boolean value) {
        return new CheckerOptions(inodesMax, ioEndsMax, historyCells, ioEndLiveLimitNs, value);
    }
}
