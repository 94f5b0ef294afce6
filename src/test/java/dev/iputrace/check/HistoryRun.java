package dev.iputrace.check;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellRun;
import dev.iputrace.abi.EventCell;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A history that a checker has seen to its end. */
public final class HistoryRun {
    private final HistoryFile history;
    private final List<Finding> findings = new ArrayList<>();
    private final Summary summary;

    HistoryRun(HistoryFile history) {
        this(history, checker -> history.cells().forEach(checker::cell));
    }

    private HistoryRun(HistoryFile history, Consumer<Checker> feed) {
        this.history = history;
        Checker checker = new Checker(history.provenance(), history.options(), findings::add);
        feed.accept(checker);
        this.summary = checker.finish();
    }

    /** Its cells lie one behind the other, as in a recording. */
    static HistoryRun inOneRun(HistoryFile history) {
        int count = history.cells().size();
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(count * CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            EventCell cell = history.cells().get(i);
            bytes.put(i * CellLayout.CELL_SIZE, cell.buffer(), cell.offset(), CellLayout.CELL_SIZE);
        }
        return new HistoryRun(history, checker -> {
            if (count > 0) {
                checker.cells(new CellRun(bytes).set(0, count));
            }
        });
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
