package dev.iputrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file in {@code histories/} states a fact; its folder is the verdict, its {@code =} lines are the findings. */
class HistoriesTest {
    private static final Path FOLDER = Path.of("src/test/resources/histories");

    static Stream<Path> good() throws IOException {
        return files("good");
    }

    static Stream<Path> bad() throws IOException {
        return files("bad");
    }

    static Stream<Path> unknown() throws IOException {
        return files("unknown");
    }

    private static Stream<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource
    void good(Path file) throws IOException {
        HistoryRun run = HistoryFile.read(file).run();

        assertThat(run.summary().reasons()).isEmpty();
        assertThat(run.summary().verdict()).isEqualTo(Verdict.OK);
        assertExpected(run);
    }

    @ParameterizedTest
    @MethodSource
    void bad(Path file) throws IOException {
        HistoryRun run = HistoryFile.read(file).run();

        assertThat(run.findings()).isNotEmpty();
        assertThat(run.summary().verdict()).isIn(Verdict.VIOLATION, Verdict.SUSPECT);
        assertExpected(run);
    }

    @ParameterizedTest
    @MethodSource
    void unknown(Path file) throws IOException {
        HistoryRun run = HistoryFile.read(file).run();

        assertThat(run.findings()).isEmpty();
        assertThat(run.summary().verdict()).isEqualTo(Verdict.UNKNOWN);
        assertExpected(run);
        assertThat(run.history().expected()).as("names what").anyMatch(line -> line.startsWith("reason "));
    }

    static Stream<Path> all() throws IOException {
        return Stream.of(good(), bad(), unknown()).flatMap(files -> files);
    }

    @ParameterizedTest
    @MethodSource("all")
    void cellsInOneRunAreJudgedAsOneByOne(Path file) throws IOException {
        HistoryRun one = HistoryFile.read(file).run();
        HistoryRun all = HistoryRun.inOneRun(HistoryFile.read(file));

        assertThat(all.findings()).isEqualTo(one.findings());
        assertThat(all.summary()).usingRecursiveComparison().isEqualTo(one.summary());
    }

    @Test
    void everyHistoryIsRead() throws IOException {
        try (Stream<Path> all = Files.walk(FOLDER)) {
            long files = all.filter(Files::isRegularFile).count();

            assertThat(good().count() + bad().count() + unknown().count()).isEqualTo(files);
        }
    }

    private static void assertExpected(HistoryRun run) {
        Summary summary = run.summary();
        List<String> wanted = new ArrayList<>();
        for (String line : run.history().expected()) {
            String[] word = line.split(" ", 2);
            switch (word[0]) {
                case "reason" -> assertThat(summary.reasons()).anyMatch(reason -> reason.contains(word[1]));
                case "note" -> assertThat(summary.notes()).anyMatch(note -> note.contains(word[1]));
                case "internal" -> assertThat(summary.internalErrors()).anyMatch(error -> error.contains(word[1]));
                case "why" ->
                    assertThat(run.findings())
                            .anyMatch(
                                    found -> String.valueOf(found.whySuspect()).contains(word[1]));
                case "bad_put" -> assertThat(summary.badPuts()).isEqualTo(Long.parseLong(word[1]));
                case "window" -> assertThat(summary.windowEntered()).isEqualTo(Long.parseLong(word[1]));
                case "lost" -> assertThat(summary.loss().lost()).isEqualTo(Long.parseLong(word[1]));
                default -> wanted.add(line);
            }
        }
        assertThat(run.findings()).extracting(HistoryFile::describe).isEqualTo(wanted);
    }
}
