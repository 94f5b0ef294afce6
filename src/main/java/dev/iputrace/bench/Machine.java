package dev.iputrace.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Where and when was measured.
 *
 * @param load average of the last minute before the start
 * @param otherCores cores that others kept busy in the second before the start, steal included
 */
public record Machine(
        String cpu, int cpus, long memoryGib, String kernel, String java, double load, double otherCores) {
    /** With more work of others than this, figures that depend on the machine are not held against the goals. */
    private static final double QUIET_CORES = 0.15;

    /** In {@link #text} of one that is not quiet. */
    static final String UNDER_LOAD = "UNDER LOAD";

    private static final int TICKS_PER_SECOND = 100;

    static Machine now() {
        try {
            return new Machine(
                    value(Path.of("/proc/cpuinfo"), "model name"),
                    Runtime.getRuntime().availableProcessors(),
                    Math.round(Double.parseDouble(
                                    value(Path.of("/proc/meminfo"), "MemTotal").split(" ")[0])
                            / (1 << 20)),
                    System.getProperty("os.version"),
                    System.getProperty("java.version"),
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                    busyCores());
        } catch (IOException e) {
            throw new BenchException("bench: cannot describe this machine: " + e.getMessage(), e);
        }
    }

    boolean quiet() {
        return otherCores <= QUIET_CORES;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%d x %s, %d GiB, Linux %s, Java %s%nload average %.2f, others keep %.2f cores busy%s",
                cpus,
                cpu,
                memoryGib,
                kernel,
                java,
                load,
                otherCores,
                quiet() ? "" : ": " + UNDER_LOAD);
    }

    private static String value(Path path, String key) throws IOException {
        for (String line : Files.readAllLines(path)) {
            if (line.startsWith(key)) {
                return line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return "0 unknown";
    }

    private static double busyCores() throws IOException {
        long before = busyTicks();
        long startNs = System.nanoTime();
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        return (busyTicks() - before) / seconds / TICKS_PER_SECOND;
    }

    /** user, nice, system, irq, softirq and steal of all CPUs (proc(5)); idle and iowait are at 4 and 5. */
    private static long busyTicks() throws IOException {
        List<String> fields =
                List.of(Files.readAllLines(Path.of("/proc/stat")).get(0).strip().split("\\s+"));
        long sum = 0;
        for (int i = 1; i <= 8; i++) {
            sum += i == 4 || i == 5 ? 0 : Long.parseLong(fields.get(i));
        }
        return sum;
    }
}
