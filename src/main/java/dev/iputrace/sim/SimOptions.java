package dev.iputrace.sim;

import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Set;

/**
 * What to simulate. Equal options make equal bytes.
 *
 * @param faults what is wrong beside what the era has by nature
 * @param cpus 1 to 46: with the other tasks 64
 * @param events stop after so many; at the end the file system is unmounted, which makes a few more
 * @param inodes memory for so many; also bounds io_ends and dentries
 * @param nodelalloc write(2) allocates blocks: {@code -o nodelalloc}
 * @param lossPerMillion with {@link Fault#LOST_EVENTS}
 * @param missesPerMillion with {@link Fault#MISSED_RETURNS}
 * @param faultEvery each fault of the kernel acts at one chance in so many
 * @param faultMax and so often at most
 */
public record SimOptions(
        Era era,
        Workload workload,
        Set<Fault> faults,
        long seed,
        int cpus,
        long events,
        int inodes,
        boolean nodelalloc,
        int lossPerMillion,
        int missesPerMillion,
        int faultEvery,
        int faultMax) {
    private static final int CPUS_MAX = 46;
    private static final int INODES_MIN = 64;
    private static final int INODES_MAX = 1 << 16;
    private static final int MILLION = 1_000_000;

    public SimOptions {
        check("cpus", cpus, 1, CPUS_MAX);
        check("inodes", inodes, INODES_MIN, INODES_MAX);
        check("lossPerMillion", lossPerMillion, 0, MILLION);
        check("missesPerMillion", missesPerMillion, 0, MILLION);
        check("faultEvery", faultEvery, 1, Integer.MAX_VALUE);
        check("faultMax", faultMax, 0, Integer.MAX_VALUE);
        if (events < 1) {
            throw new IllegalArgumentException("sim: events=" + events + ", want > 0");
        }
        faults = faults.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(faults);
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("sim: " + name + "=" + value + ", want " + min + " to " + max);
        }
    }

    public static SimOptions of(Era era, Workload workload, long seed) {
        return new SimOptions(
                era, workload, Set.of(), seed, 2, Long.MAX_VALUE, 512, false, 10_000, 10_000, 16, 1 << 20);
    }

    public SimOptions withFaults(Fault first, Fault... more) {
        return withFaults(EnumSet.of(first, more));
    }

    public SimOptions withFaults(Set<Fault> value) {
        return new SimOptions(
                era,
                workload,
                value,
                seed,
                cpus,
                events,
                inodes,
                nodelalloc,
                lossPerMillion,
                missesPerMillion,
                faultEvery,
                faultMax);
    }

    public SimOptions withCpus(int value) {
        return new SimOptions(
                era,
                workload,
                faults,
                seed,
                value,
                events,
                inodes,
                nodelalloc,
                lossPerMillion,
                missesPerMillion,
                faultEvery,
                faultMax);
    }

    public SimOptions withEvents(long value) {
        return new SimOptions(
                era,
                workload,
                faults,
                seed,
                cpus,
                value,
                inodes,
                nodelalloc,
                lossPerMillion,
                missesPerMillion,
                faultEvery,
                faultMax);
    }

    public SimOptions withInodes(int value) {
        return new SimOptions(
                era,
                workload,
                faults,
                seed,
                cpus,
                events,
                value,
                nodelalloc,
                lossPerMillion,
                missesPerMillion,
                faultEvery,
                faultMax);
    }

    public SimOptions withNodelalloc(boolean value) {
        return new SimOptions(
                era,
                workload,
                faults,
                seed,
                cpus,
                events,
                inodes,
                value,
                lossPerMillion,
                missesPerMillion,
                faultEvery,
                faultMax);
    }

    public SimOptions withLossPerMillion(int value) {
        return new SimOptions(
                era,
                workload,
                faults,
                seed,
                cpus,
                events,
                inodes,
                nodelalloc,
                value,
                missesPerMillion,
                faultEvery,
                faultMax);
    }

    public SimOptions withFaultRate(int every, int max) {
        return new SimOptions(
                era,
                workload,
                faults,
                seed,
                cpus,
                events,
                inodes,
                nodelalloc,
                lossPerMillion,
                missesPerMillion,
                every,
                max);
    }

    public SimOptions withMissesPerMillion(int value) {
        return new SimOptions(
                era,
                workload,
                faults,
                seed,
                cpus,
                events,
                inodes,
                nodelalloc,
                lossPerMillion,
                value,
                faultEvery,
                faultMax);
    }

    /** What repeats this run, behind {@code iputrace}; defaults of the command line are left out. */
    public String commandLine() {
        SimOptions usual = of(era, workload, seed);
        StringBuilder text = new StringBuilder("sim --era " + era.label() + " --workload " + workload.label());
        text.append(" --seed ").append(seed).append(" --cpus ").append(cpus);
        if (events != usual.events) {
            text.append(" --events ").append(events);
        }
        option(text, "--inodes", inodes, usual.inodes);
        option(text, "--fault-every", faultEvery, usual.faultEvery);
        option(text, "--fault-max", faultMax, usual.faultMax);
        text.append(nodelalloc ? " --nodelalloc" : "");
        for (Fault fault : faults) {
            text.append(" --fault ").append(fault.label());
        }
        percent(text, "--loss", lossPerMillion, usual.lossPerMillion);
        percent(text, "--misses", missesPerMillion, usual.missesPerMillion);
        return text.toString();
    }

    private static void option(StringBuilder text, String name, int value, int usual) {
        if (value != usual) {
            text.append(' ').append(name).append(' ').append(value);
        }
    }

    private static void percent(StringBuilder text, String name, int perMillion, int usual) {
        if (perMillion != usual) {
            text.append(' ')
                    .append(name)
                    .append(' ')
                    .append(BigDecimal.valueOf(perMillion, 4).toPlainString());
        }
    }
}
