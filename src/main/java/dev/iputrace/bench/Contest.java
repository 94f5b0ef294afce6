package dev.iputrace.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Contestants on the same data, alternating, in rounds: what disturbs one disturbs the next. All must see the same
 * events and, if they look, find the same violations, or there is no result. Slow ones run in the first rounds only.
 */
final class Contest {
    /** One round of one contestant. */
    interface Run {
        Measured run() throws IOException;
    }

    private record Contestant(String name, Run run, boolean slow) {}

    private static final int SLOW_ROUNDS_MAX = 3;

    private final String title;
    private final long events;
    private final long violations;
    private final List<Contestant> contestants = new ArrayList<>();
    private final List<String> leftOut;
    private final Consumer<String> progress;

    /**
     * @param leftOut gets a line for each rival that is not here
     * @param progress told what is being measured
     */
    Contest(String title, long events, long violations, List<String> leftOut, Consumer<String> progress) {
        this.title = title;
        this.events = events;
        this.violations = violations;
        this.leftOut = leftOut;
        this.progress = progress;
    }

    Contest add(String name, Run run) {
        contestants.add(new Contestant(name, run, false));
        return this;
    }

    /** Left out, and said to be, where its program is not installed. */
    Contest addRival(String name, String program, Run run) {
        if (Rival.isInstalled(program)) {
            contestants.add(new Contestant(name, run, true));
            return this;
        }
        String line = Rival.leftOut(program);
        if (!leftOut.contains(line)) {
            leftOut.add(line);
        }
        return this;
    }

    /** One round that is not measured: only the answers count. */
    void compareAnswers() throws IOException {
        progress.accept(title + ": comparing answers");
        for (Contestant contestant : contestants) {
            run(contestant);
        }
    }

    /** Measures, after a round to warm up. */
    Section measure(int rounds) throws IOException {
        Map<String, List<Measured>> runs = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            progress.accept(title + (round == 0 ? ": warming up" : ": round " + round + " of " + rounds));
            for (Contestant contestant : contestants) {
                boolean skip = contestant.slow && (round == 0 || round > SLOW_ROUNDS_MAX);
                if (!skip) {
                    Measured measured = run(contestant);
                    if (round > 0) {
                        runs.computeIfAbsent(contestant.name, name -> new ArrayList<>())
                                .add(measured);
                    }
                }
            }
        }
        return new Section(title, runs);
    }

    private Measured run(Contestant contestant) throws IOException {
        Measured measured = contestant.run.run();
        boolean agrees = measured.violations() < 0 || measured.violations() == violations;
        if (measured.events() != events || !agrees) {
            throw new BenchException("bench: wrong answer: %s: %s: events=%d, want=%d, violations=%d, want=%d"
                    .formatted(title, contestant.name, measured.events(), events, measured.violations(), violations));
        }
        return measured;
    }
}
