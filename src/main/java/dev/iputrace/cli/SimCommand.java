package dev.iputrace.cli;

import dev.iputrace.sim.SimOptions;
import dev.iputrace.sim.Workload;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "sim",
        mixinStandardHelpOptions = true,
        description = "Runs a small fake kernel under the checker: no root, no BPF. Equal options give equal events.",
        footer = "%nExample: iputrace sim --era rhel6-279 --workload seed")
final class SimCommand implements Callable<Integer> {
    @Mixin
    private CheckOptions check = new CheckOptions();

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Mixin
    private KeepOptions keep = new KeepOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Option(
            names = "--era",
            paramLabel = "ERA",
            defaultValue = "rhel6-279",
            converter = EraConverter.class,
            completionCandidates = EraNames.class,
            description = "The kernel: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    Era era = Era.RHEL6_279;

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            defaultValue = "seed",
            converter = WorkloadConverter.class,
            completionCandidates = WorkloadNames.class,
            description = "What user space does: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    Workload workload = Workload.SEED;

    @Option(
            names = "--fault",
            paramLabel = "NAME",
            split = ",",
            converter = FaultConverter.class,
            completionCandidates = FaultNames.class,
            description = "What is wrong beside what the era has by nature: ${COMPLETION-CANDIDATES}.")
    @Nullable
    List<Fault> faults;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the random numbers. Default: ${DEFAULT-VALUE}.")
    long seed;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            defaultValue = "2",
            description = "Virtual CPUs, 1 to 46. Default: ${DEFAULT-VALUE}.")
    int cpus;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Unmount and end after N events. Default: ${DEFAULT-VALUE}.")
    long events;

    @Option(
            names = "--inodes",
            paramLabel = "N",
            defaultValue = "512",
            description = "Memory for so many inodes, 64 to 65536. Default: ${DEFAULT-VALUE}.")
    int inodes;

    @Option(names = "--nodelalloc", description = "write(2) allocates blocks, so kjournald2 writes the data.")
    boolean nodelalloc;

    @Option(
            names = "--fault-every",
            paramLabel = "N",
            defaultValue = "16",
            description = "A fault of the kernel acts at one chance in N. Default: ${DEFAULT-VALUE}.")
    int faultEvery;

    @Option(
            names = "--fault-max",
            paramLabel = "N",
            defaultValue = "1048576",
            description = "And N times at most. Default: ${DEFAULT-VALUE}.")
    int faultMax;

    @Option(
            names = "--loss",
            paramLabel = "PERCENT",
            description = "Events lost on their way; means --fault lost-events, whose default is 1.")
    @Nullable
    BigDecimal loss;

    @Option(
            names = "--misses",
            paramLabel = "PERCENT",
            description = "Returns not probed; means --fault missed-returns, whose default is 1.")
    @Nullable
    BigDecimal misses;

    @Option(
            names = {"-s", "--seconds"},
            paramLabel = "N",
            converter = Seconds.class,
            description = "Stop after N seconds, wherever the machine stands then.")
    @Nullable
    Long seconds;

    @Option(names = "--rate", paramLabel = "N", description = "N events a second. Default: as many as can be.")
    @Nullable
    Long rate;

    @Option(names = "--real-time", description = "As slow as a real kernel, by the simulated clock.")
    boolean realTime;

    @Override
    public Integer call() {
        Stop stop = Stop.onSignals();
        long endNs = seconds == null ? Long.MAX_VALUE : System.nanoTime() + seconds * Seconds.NS;
        return new Simulation(options(), pace(), check.toChecker(), report, keep, metrics)
                .run(() -> !stop.asked() && System.nanoTime() < endNs, summary -> ExitCode.of(summary));
    }

    SimOptions options() {
        Set<Fault> wrong = EnumSet.noneOf(Fault.class);
        if (faults != null) {
            wrong.addAll(faults);
        }
        try {
            SimOptions options = SimOptions.of(era, workload, seed)
                    .withCpus(cpus)
                    .withEvents(events)
                    .withInodes(inodes)
                    .withNodelalloc(nodelalloc)
                    .withFaultRate(faultEvery, faultMax);
            if (loss != null) {
                wrong.add(Fault.LOST_EVENTS);
                options = options.withLossPerMillion(perMillion("--loss", loss));
            }
            if (misses != null) {
                wrong.add(Fault.MISSED_RETURNS);
                options = options.withMissesPerMillion(perMillion("--misses", misses));
            }
            return options.withFaults(wrong);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static int perMillion(String option, BigDecimal percent) {
        if (percent.signum() < 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0) {
            throw new IllegalArgumentException("sim: " + option + "=" + percent + ", want 0 to 100 percent");
        }
        return percent.movePointRight(4).intValue();
    }

    private Pace pace() {
        if (rate == null) {
            return realTime ? Pace.REAL_TIME : Pace.FLAT_OUT;
        }
        if (rate < 1 || realTime) {
            throw new CommandException(ExitCode.USAGE, "sim: --rate=" + rate + ", want > 0, and no --real-time");
        }
        return new Pace(rate);
    }

    static <E> E byLabel(E[] all, Function<E, String> label, String text) {
        return Stream.of(all)
                .filter(each -> label.apply(each).equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is not known: want "
                        + Stream.of(all).map(label).collect(Collectors.joining(", "))));
    }

    static final class EraConverter implements ITypeConverter<Era> {
        @Override
        public Era convert(String text) {
            return byLabel(Era.values(), Era::label, text);
        }
    }

    static final class EraNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Era.values()).map(Era::label).iterator();
        }
    }

    static final class WorkloadConverter implements ITypeConverter<Workload> {
        @Override
        public Workload convert(String text) {
            return byLabel(Workload.values(), Workload::label, text);
        }
    }

    static final class WorkloadNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Workload.values()).map(Workload::label).iterator();
        }
    }

    static final class FaultConverter implements ITypeConverter<Fault> {
        @Override
        public Fault convert(String text) {
            return byLabel(Fault.values(), Fault::label, text);
        }
    }

    static final class FaultNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Fault.values()).map(Fault::label).iterator();
        }
    }
}
