package dev.iputrace.cli;

import dev.iputrace.explore.Exploration;
import dev.iputrace.explore.ExplorationJson;
import dev.iputrace.explore.ExplorationText;
import dev.iputrace.explore.ExploreOptions;
import dev.iputrace.explore.Explorer;
import dev.iputrace.explore.Schedule;
import dev.iputrace.model.Rule;
import dev.iputrace.sim.Scenario;
import dev.iputrace.sim.WorldOptions;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

@Command(
        name = "explore",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at all interleavings of a small scenario in the fake kernel of sim: no root, no BPF. Prints a"
                    + " shortest schedule that breaks a rule, or how much was seen and that none does; then lets the"
                    + " checker judge every transition, so that a false alarm would show.",
            "Exit codes: 10 a schedule violates, 0 the whole space was seen and none does, 11 not exhausted, or a"
                    + " fault had no chance to act."
        },
        footer = {
            "%nExamples:",
            "  iputrace explore --era rhel6-279",
            "  iputrace explore --era rhel6-279 --until R2 -o damage.ctf",
            "  iputrace explore --era modern --scenario rename"
        })
final class ExploreCommand implements Callable<Integer> {
    @Option(
            names = "--era",
            paramLabel = "ERA",
            defaultValue = "rhel6-279",
            converter = SimCommand.EraConverter.class,
            completionCandidates = SimCommand.EraNames.class,
            description = "The kernel: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    Era era = Era.RHEL6_279;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            defaultValue = "seed",
            converter = ScenarioConverter.class,
            completionCandidates = ScenarioNames.class,
            description = "What happens: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    Scenario scenario = Scenario.SEED;

    @Option(
            names = {"--fault", "--faults"},
            paramLabel = "NAME",
            split = ",",
            converter = SimCommand.FaultConverter.class,
            completionCandidates = KernelFaultNames.class,
            description = "What is wrong beside what the era has by nature, at each chance it has:"
                    + " ${COMPLETION-CANDIDATES}.")
    @Nullable
    List<Fault> faults;

    @Option(
            names = "--inodes",
            paramLabel = "K",
            defaultValue = "1",
            description = "Files, 1 to 4, each with a task of its own. Default: ${DEFAULT-VALUE}.")
    int inodes;

    @Option(
            names = "--io-ends",
            paramLabel = "N",
            defaultValue = "2",
            description = "Pages written to each file, 1 to 4: so many io_ends. Default: ${DEFAULT-VALUE}.")
    int ioEnds;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            defaultValue = "1",
            description = "CPUs that take interrupts, and workers that finish io_ends, 1 to 4. Tasks are not bound to"
                    + " them: each can run at any time. Default: ${DEFAULT-VALUE}.")
    int cpus;

    @Option(names = "--nodelalloc", description = "Mounted so: write(2) allocates blocks, kjournald2 writes data.")
    boolean nodelalloc;

    @Option(
            names = "--until",
            paramLabel = "RULE",
            description = "Search on until this rule is broken (R1 to R10, R2w), or until panic. Default: any rule that"
                    + " is wrong whatever time passes, so neither R9 nor R2w. A breach of another rule still makes the"
                    + " exit code 10.")
    @Nullable
    String until;

    @Option(
            names = "--states",
            paramLabel = "N",
            description = "End after N states; what was not seen is then unknown. Default: no bound but memory.")
    @Nullable
    Long states;

    @Option(
            names = "--memory",
            paramLabel = "BYTES",
            converter = Bytes.class,
            description = "End when states take so much; K, M, G. Default: three fifths of the heap, which"
                    + " IPUTRACE_JAVA_OPTS=-Xmx8g makes larger.")
    @Nullable
    Long memory;

    @Option(
            names = "--checker",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Let the checker judge every transition where nothing was found. Default: yes.")
    boolean checker;

    @Option(
            names = "-o",
            paramLabel = "DIR",
            description = "Write the schedule that was found as a recording, for iputrace replay: a directory to make.")
    @Nullable
    Path directory;

    @Option(names = "--json", description = "JSON, one object on one line, with a schema field.")
    boolean json;

    @Override
    public Integer call() {
        Stop stop = Stop.onSignals();
        WorldOptions world = world();
        if (directory != null) {
            ScheduleRecording.check(directory);
        }
        ExploreProgress progress = new ExploreProgress(Console.err());
        Exploration result = new Explorer(world, options()).run(() -> !stop.asked(), progress::show);
        progress.done();
        int code = exitCode(result);
        if (json) {
            Console.out().println(ExplorationJson.of(world, result, code));
        } else {
            ExplorationText.of(world, result).forEach(Console.out()::println);
        }
        Schedule found = result.found();
        if (directory != null && found != null) {
            String problem = ScheduleRecording.write(directory, found);
            Console.err()
                    .println(
                            problem == null
                                    ? "iputrace: recorded into " + directory + "; try: iputrace replay " + directory
                                    : "iputrace: " + problem);
        } else if (directory != null) {
            Console.err().println("iputrace: nothing was found, so nothing is recorded into " + directory);
        }
        return code;
    }

    private WorldOptions world() {
        Set<Fault> wrong = EnumSet.noneOf(Fault.class);
        if (faults != null) {
            wrong.addAll(faults);
        }
        try {
            return new WorldOptions(era, scenario, wrong, inodes, ioEnds, cpus, nodelalloc);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private ExploreOptions options() {
        ExploreOptions options = ExploreOptions.defaults().withChecker(checker);
        try {
            if (states != null) {
                options = options.withStatesMax(states);
            }
            if (memory != null) {
                options = options.withBytesMax(memory);
            }
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
        if (until == null) {
            return options;
        }
        return until.equals("panic") ? options.untilPanic() : options.withRule(rule(until));
    }

    private static Rule rule(String text) {
        return Stream.of(Rule.values())
                .filter(rule -> rule.id().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new CommandException(
                        ExitCode.USAGE, "--until: '" + text + "' is not known: want R1 to R10, R2w or panic"));
    }

    /** A false alarm of the checker is a violation too: of what we promise. */
    private static int exitCode(Exploration result) {
        boolean alarm = result.checked() != null && result.checked().proofs() > 0;
        return switch (result.outcome()) {
            case VIOLATION -> ExitCode.VIOLATION;
            case SUSPECT -> ExitCode.OK;
            case NONE_VIOLATES -> alarm ? ExitCode.VIOLATION : vouched(result);
            case NOT_EXHAUSTED -> alarm ? ExitCode.VIOLATION : ExitCode.UNKNOWN;
        };
    }

    /** A fault that could not act was not tried. */
    private static int vouched(Exploration result) {
        return result.idleFaults().isEmpty() ? ExitCode.OK : ExitCode.UNKNOWN;
    }

    static final class ScenarioConverter implements ITypeConverter<Scenario> {
        @Override
        public Scenario convert(String text) {
            return SimCommand.byLabel(Scenario.values(), Scenario::label, text);
        }
    }

    static final class ScenarioNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Scenario.values()).map(Scenario::label).iterator();
        }
    }

    static final class KernelFaultNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Fault.values())
                    .filter(Fault::ofKernel)
                    .map(Fault::label)
                    .iterator();
        }
    }
}
