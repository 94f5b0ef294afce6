package dev.iputrace.cli;

import dev.iputrace.sim.SimOptions;
import dev.iputrace.sim.Workload;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
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
            description = "Virtual CPUs, 1 to 64. Default: ${DEFAULT-VALUE}.")
    int cpus;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Unmount and end after N events. Default: ${DEFAULT-VALUE}.")
    long events;

    @Option(names = "--real-time", description = "As slow as a real kernel, by the simulated clock.")
    boolean realTime;

    @Override
    public Integer call() {
        Stop stop = Stop.onSignals();
        Set<Fault> wrong = EnumSet.noneOf(Fault.class);
        if (faults != null) {
            wrong.addAll(faults);
        }
        SimOptions options;
        try {
            options = SimOptions.of(era, workload, seed)
                    .withCpus(cpus)
                    .withEvents(events)
                    .withFaults(wrong);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
        return new Simulation(options, realTime, check.toChecker(), report, keep)
                .run(() -> !stop.asked(), summary -> ExitCode.of(summary.verdict()));
    }

    private static <E> E byLabel(Stream<E> all, java.util.function.Function<E, String> label, String text) {
        return all.filter(each -> label.apply(each).equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is not known"));
    }

    static final class EraConverter implements ITypeConverter<Era> {
        @Override
        public Era convert(String text) {
            return byLabel(Stream.of(Era.values()), Era::label, text);
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
            return byLabel(Stream.of(Workload.values()), Workload::label, text);
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
            return byLabel(Stream.of(Fault.values()), Fault::label, text);
        }
    }

    static final class FaultNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Fault.values()).map(Fault::label).iterator();
        }
    }
}
