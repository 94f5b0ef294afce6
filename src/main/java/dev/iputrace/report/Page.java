package dev.iputrace.report;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Lines that fit the terminal. */
public final class Page {
    public static final int COLUMNS = 80;

    private static final String BOLD_RED = "\033[1;31m";
    private static final String BOLD = "\033[1m";
    private static final String PLAIN = "\033[0m";

    private final Appendable out;
    private final boolean colour;
    private final int columns;

    /**
     * @param colour whether headlines get ECMA-48 sequences
     * @param columns what no line is longer than
     */
    public Page(Appendable out, boolean colour, int columns) {
        this.out = out;
        this.colour = colour;
        this.columns = columns;
    }

    /** A line that is cut where it is too long. */
    void line(String text) {
        put(fit(text));
    }

    /** Whatever is told may come from strangers: task names, the provenance of a stream. */
    private String fit(String text) {
        String cut = text.length() <= columns ? text : text.substring(0, columns - 3) + "...";
        return Clean.text(cut);
    }

    void blank() {
        put("");
    }

    void headline(String text, boolean alarm) {
        String cut = fit(text);
        put(colour ? (alarm ? BOLD_RED : BOLD) + cut + PLAIN : cut);
    }

    /** {@code head}, then words as they fit; lines that follow are indented to where they began. */
    public void paragraph(String head, String words) {
        StringBuilder line = new StringBuilder(head);
        String indent = " ".repeat(head.length());
        boolean empty = true;
        for (String word : words.split(" ")) {
            if (!empty && line.length() + 1 + word.length() > columns) {
                line(line.toString());
                line.setLength(0);
                line.append(indent);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        line(line.toString().stripTrailing());
    }

    private void put(String text) {
        try {
            out.append(text).append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("report: cannot write", e);
        }
    }
}
