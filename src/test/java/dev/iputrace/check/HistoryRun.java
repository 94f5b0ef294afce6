package dev.iputrace.check;

import java.util.ArrayList;
import java.util.List;

/** A history that a checker has seen to its end. */
public final class HistoryRun {
    private final HistoryFile history;
    private final List<Finding> findings = new ArrayList<>();
    private final Summary summary;

    HistoryRun(HistoryFile history) {
        this.history = history;
        Checker checker = new Checker(history.provenance(), history.options(), findings::add);
        history.cells().forEach(checker::cell);
        this.summary = checker.finish();
    }

    public HistoryFile history() {
        return history;
    }

    public List<Finding> findings() {
        return findings;
    }

    public Summary summary() {
        return summary;
    }
}
