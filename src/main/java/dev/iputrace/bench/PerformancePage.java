package dev.iputrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** docs/PERFORMANCE.md: what was written by hand stays, the figures between two marks are those of the last run. */
public final class PerformancePage {
    private static final String BEGIN = "<!-- figures: begin; written by iputrace bench all --write -->";
    private static final String END = "<!-- figures: end -->";

    private PerformancePage() {}

    /**
     * Replaces the figures.
     *
     * @param results text of each bench, by its name
     * @throws IOException when the page is not there or has not both marks
     */
    public static void write(Path page, Map<String, String> results, boolean quick) throws IOException {
        Files.writeString(
                page,
                replaced(
                        Files.readString(page),
                        figures(Instant.now().truncatedTo(ChronoUnit.SECONDS), results, quick)));
    }

    static String replaced(String page, String figures) throws IOException {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException("bench: no place for figures in the page: want=" + BEGIN + " ... " + END);
        }
        return page.substring(0, begin + BEGIN.length()) + "\n" + figures + page.substring(end);
    }

    static String figures(Instant when, Map<String, String> results, boolean quick) {
        StringBuilder text = new StringBuilder("Measured at " + when);
        if (quick) {
            text.append(", with --quick: fewer events and rounds");
        }
        text.append(".\n");
        if (results.values().stream().anyMatch(result -> result.contains(Machine.UNDER_LOAD))) {
            text.append("**Others used the machine meanwhile: trust ratios, not absolute figures.**\n");
        }
        results.forEach((bench, result) -> text.append("\n### bench ")
                .append(bench)
                .append("\n```\n")
                .append(result)
                .append("```\n"));
        return text.toString();
    }
}
