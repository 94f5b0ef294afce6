package dev.iputrace.explore;

import dev.iputrace.explore.Schedule.Step;
import dev.iputrace.model.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A schedule as a table: time goes down, each task that acts has a column, the last column is the inode after the step.
 * Where there are too many tasks for columns of words they share one, and letters tell who acts. 80 columns.
 */
final class ScheduleText {
    private static final int WIDTH = 80;
    private static final int NUMBER_WIDTH = 5;
    private static final String HEAD = "i_count";
    private static final int STATE_WIDTH_MAX = 20;
    private static final int COLUMN_MIN = 8;
    private static final int COLUMN_MAX = 16;

    private final Schedule schedule;
    /** The task of each column. */
    private final List<Integer> acting;

    private final boolean manyInodes;
    private final int stateWidth;
    /** Of a column; words may run over those to the right, which are empty in that row, but for the last. */
    private final int width;

    private final int lastWidth;
    private final List<String> lines = new ArrayList<>();

    private ScheduleText(Schedule schedule) {
        this.schedule = schedule;
        List<Step> steps = schedule.steps();
        acting = steps.stream().map(Step::task).distinct().toList();
        manyInodes = steps.stream().mapToInt(Step::inode).max().orElse(0) > 0;
        int longest =
                steps.stream().mapToInt(step -> state(step).length()).max().orElse(0);
        stateWidth = Math.max(HEAD.length(), Math.min(STATE_WIDTH_MAX, longest));
        int last = acting.isEmpty() ? 0 : acting.get(acting.size() - 1);
        lastWidth = 1
                + steps.stream()
                        .filter(step -> step.task() == last)
                        .mapToInt(step -> step.what().length())
                        .max()
                        .orElse(COLUMN_MIN);
        int room = WIDTH - NUMBER_WIDTH - stateWidth - lastWidth;
        width = Math.min(COLUMN_MAX, room / Math.max(1, acting.size() - 1));
    }

    static List<String> of(Schedule schedule) {
        return new ScheduleText(schedule).table();
    }

    private List<String> table() {
        if (width >= COLUMN_MIN) {
            head();
        } else {
            legend();
        }
        for (Step step : schedule.steps()) {
            String number = (step.broken().isEmpty() ? " " : ">") + "%3d ".formatted(step.number());
            String what = width >= COLUMN_MIN ? columns(step) : lanes(step);
            lines.add((number + what + fit(state(step), stateWidth)).stripTrailing());
            broken(step.broken());
        }
        broken(schedule.brokenAtEnd());
        return lines;
    }

    private void head() {
        StringBuilder names = new StringBuilder(" ".repeat(NUMBER_WIDTH));
        StringBuilder rule = new StringBuilder(names);
        for (int column = 0; column < acting.size(); column++) {
            int wide = column == acting.size() - 1 ? lastWidth : width;
            names.append(pad(fit(schedule.tasks().get(acting.get(column)), wide - 1), wide));
            rule.append("-".repeat(wide - 1)).append(' ');
        }
        lines.add(names.append(HEAD).toString());
        lines.add(rule.append("-".repeat(HEAD.length())).toString());
    }

    private void legend() {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < acting.size(); column++) {
            String entry = letter(column) + " " + schedule.tasks().get(acting.get(column));
            if (line.length() + 2 + entry.length() > WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : ", ").append(entry);
        }
        lines.add(line.toString());
    }

    private String columns(Step step) {
        String before = " ".repeat(acting.indexOf(step.task()) * width);
        return pad(before + step.what(), (acting.size() - 1) * width + lastWidth);
    }

    private String lanes(Step step) {
        StringBuilder lanes = new StringBuilder();
        int at = acting.indexOf(step.task());
        for (int column = 0; column < acting.size(); column++) {
            lanes.append(column == at ? letter(column) : ".").append(' ');
        }
        int rest = WIDTH - NUMBER_WIDTH - stateWidth;
        return pad(lanes + " " + step.what(), Math.min(rest, lanes.length() + COLUMN_MAX + 2));
    }

    private static String letter(int column) {
        return String.valueOf((char) ('A' + column));
    }

    private String state(Step step) {
        return (manyInodes ? "#" + step.inode() + " " : "") + step.state();
    }

    private void broken(List<Rule> rules) {
        for (Rule rule : rules) {
            lines.add("     ^^^ breaks " + rule.id() + " " + rule.title());
        }
    }

    private static String fit(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** {@code R2 put-on-dying-inode, R1 put-without-reference}. */
    static String names(List<Rule> rules) {
        return rules.stream().map(rule -> rule.id() + " " + rule.title()).collect(Collectors.joining(", "));
    }
}
