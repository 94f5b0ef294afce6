package dev.iputrace.check;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.Provenance;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * The checker alone, one thread, CPU time: millions of events per second by number of inodes. Not a test; run its
 * main with {@code -XX:+UseSerialGC -XX:+UseTransparentHugePages -Xmx1g}. Arguments: cells, rounds, history cells.
 */
final class CheckerBench {
    private CheckerBench() {}

    public static void main(String[] args) throws Exception {
        int cells = args.length > 0 ? Integer.parseInt(args[0]) : 6_000_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
        int history = args.length > 2 ? Integer.parseInt(args[2]) : 1 << 16;
        System.err.println("load " + Files.readString(Path.of("/proc/loadavg")).strip());
        for (int inodes : new int[] {1_000, 100_000, 1_000_000}) {
            measure(inodes, cells, rounds, history);
        }
        System.err.println("load " + Files.readString(Path.of("/proc/loadavg")).strip());
    }

    private static void measure(int inodes, int cells, int rounds, int history) {
        Traffic traffic = new Traffic(1, inodes, inodes + cells).births();
        int begin = traffic.written();
        traffic.fill();
        double[] scan = new double[rounds];
        double[] check = new double[rounds];
        double[] least = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            scan[round] = scan(traffic, begin);
            least[round] = least(traffic, begin, inodes);
            check[round] = check(traffic, begin, inodes, history);
        }
        Arrays.sort(scan);
        Arrays.sort(check);
        Arrays.sort(least);
        System.err.printf(
                Locale.ROOT,
                "%8d inodes: %6.1f M events/s [%.1f to %.1f], least work %.1f, reading alone %.1f%n",
                inodes,
                check[rounds / 2],
                check[0],
                check[rounds - 1],
                least[rounds / 2],
                scan[rounds / 2]);
    }

    private static double check(Traffic traffic, int begin, int inodes, int history) {
        CheckerOptions options = CheckerOptions.defaults().withInodesMax(Math.max(inodes, 1 << 20));
        Provenance provenance = HistoryFile.of().provenance();
        Checker checker = new Checker(provenance, options.withHistoryCells(history), finding -> {
            throw new IllegalStateException(finding.toString());
        });
        traffic.replay(checker, 0, begin);
        long start = cpuNs();
        traffic.replay(checker, begin, traffic.written());
        long ns = cpuNs() - start;
        Summary summary = checker.finish();
        if (summary.verdict() != Verdict.OK || summary.eventsTotal() != traffic.written()) {
            throw new IllegalStateException(summary.toString());
        }
        return (traffic.written() - begin) * 1e3 / ns;
    }

    private static double scan(Traffic traffic, int begin) {
        long start = cpuNs();
        long sum = 0;
        EventCell cell = new EventCell(traffic.buffer());
        for (int i = begin; i < traffic.written(); i++) {
            cell.at(i * CellLayout.CELL_SIZE);
            sum += cell.tsNs() ^ cell.inode() ^ cell.op();
        }
        long ns = cpuNs() - start;
        if (sum == 42) {
            throw new IllegalStateException();
        }
        return (traffic.written() - begin) * 1e3 / ns;
    }

    /** The least that any checker with a table does: find the slot of the inode, compare, store. A yardstick. */
    private static double least(Traffic traffic, int begin, int inodes) {
        int log = 65 - Long.numberOfLeadingZeros(inodes - 1L);
        long[] table = new long[4 << log];
        int mask = table.length - 1;
        EventCell cell = new EventCell(traffic.buffer());
        long bad = 0;
        long start = 0;
        for (int i = 0; i < traffic.written(); i++) {
            if (i == begin) {
                start = cpuNs();
            }
            cell.at(i * CellLayout.CELL_SIZE);
            long inode = cell.inode();
            int at = (int) ((inode * 0x9e3779b97f4a7c15L) >>> (64 - log)) << 2;
            while (table[at] != inode && table[at] != 0) {
                at = (at + 4) & mask;
            }
            long tsNs = cell.tsNs();
            bad += table[at] == inode && (table[at + 1] != cell.iIno() || tsNs < table[at + 2]) ? 1 : 0;
            table[at] = inode;
            table[at + 1] = cell.iIno();
            table[at + 2] = tsNs;
            table[at + 3] = (long) cell.iCount() + (cell.op() == 2 ? -1 : 1);
            bad += cell.iCount() < 0 || cell.flags() != 0 ? 1 : 0;
        }
        long ns = cpuNs() - start;
        if (bad == 42) {
            throw new IllegalStateException();
        }
        return (traffic.written() - begin) * 1e3 / ns;
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
