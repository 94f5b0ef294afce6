package dev.iputrace.cli;

import dev.iputrace.check.Summary;
import dev.iputrace.event.Op;
import dev.iputrace.event.Provenance;
import java.io.PrintStream;
import java.util.Locale;

/** Says on stderr what is watched, and on a terminal, once a second in one line, how it goes. */
final class Progress {
    private static final int WIDTH = 79;

    private final PrintStream out;
    private final boolean terminal = Console.isTerminal(2);
    private boolean shown;

    Progress(PrintStream out, Provenance provenance) {
        this.out = out;
        StringBuilder line = new StringBuilder("iputrace: watching ").append(provenance.kernel());
        line.append(", level ").append(provenance.level().label());
        for (Op op : Op.values()) {
            String probe = provenance.probe(op);
            if (probe != null) {
                line.append(", ").append(op.label()).append(' ').append(probe, 0, probe.indexOf(':'));
            }
        }
        out.println(wrap(line.toString()));
        for (Op op : Op.values()) {
            String missing = provenance.get("missing." + op.label());
            if (missing != null && op != Op.IPUT_NOT_LAST) {
                out.println("iputrace: not probed: " + op.label() + ": " + missing);
            }
        }
        out.println("iputrace: self-check " + provenance.get("self_check", "unknown"));
        String bits = provenance.get("state_bits");
        if (bits != null) {
            out.println("iputrace: bits of i_state " + bits);
        }
    }

    private static String wrap(String text) {
        StringBuilder wrapped = new StringBuilder();
        int column = 0;
        for (String word : text.split(" ")) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                wrapped.append("\n  ").append(word);
                column = 2 + word.length();
            } else {
                wrapped.append(column == 0 ? "" : " ").append(word);
                column += word.length() + (column == 0 ? 0 : 1);
            }
        }
        return wrapped.toString();
    }

    void show(Summary summary) {
        if (!terminal) {
            return;
        }
        shown = true;
        out.printf(
                Locale.ROOT,
                "\r%-78s",
                String.format(
                        Locale.ROOT,
                        "%,d events, %,d violations, %,d suspicions, %,d lost",
                        summary.eventsTotal(),
                        summary.proofs(),
                        summary.suspicions(),
                        summary.loss().lost()));
        out.flush();
    }

    /** Leaves the line that {@link #show} writes over. */
    void done() {
        if (shown) {
            out.println();
        }
    }
}
