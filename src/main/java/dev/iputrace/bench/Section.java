package dev.iputrace.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a {@link Contest} gave: each contestant's rounds, and ratios between contestants. */
final class Section {
    private final String title;
    private final Map<String, List<Measured>> runs;
    private final Map<String, Spread> ratios = new LinkedHashMap<>();

    Section(String title, Map<String, List<Measured>> runs) {
        this.title = title;
        this.runs = runs;
    }

    String title() {
        return title;
    }

    /** Millions of events a second, by contestant. */
    Map<String, Spread> rows() {
        Map<String, Spread> rows = new LinkedHashMap<>();
        runs.forEach((name, all) -> rows.put(
                name, Spread.of(all.stream().map(Measured::millionsPerSecond).toList())));
        return rows;
    }

    boolean has(String name) {
        return runs.containsKey(name);
    }

    double median(String name) {
        return Spread.of(
                        measured(name).stream().map(Measured::millionsPerSecond).toList())
                .median();
    }

    /**
     * How many times as fast one is as the other, by the median of the ratios of each round: what a loaded machine
     * moves least. 0 when the other is not here.
     */
    double ratio(String ours, String rival) {
        if (!has(rival)) {
            return 0;
        }
        List<Double> perRound = new ArrayList<>();
        for (int i = 0; i < Math.min(measured(ours).size(), measured(rival).size()); i++) {
            perRound.add(measured(ours).get(i).millionsPerSecond()
                    / measured(rival).get(i).millionsPerSecond());
        }
        Spread spread = Spread.of(perRound);
        ratios.put(rival, spread);
        return spread.median();
    }

    /** Those asked for, by rival. */
    Map<String, Spread> ratios() {
        return ratios;
    }

    private List<Measured> measured(String name) {
        List<Measured> all = runs.get(name);
        if (all == null) {
            throw new BenchException("bench: " + title + ": nothing measured of " + name);
        }
        return all;
    }
}
