package dev.iputrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The style guide, as far as a program can read it. An exception needs a line in {@link #ALLOWED}, with its reason. */
class TidyTest {
    private static final int FILE_LINES_MAX = 400;
    private static final int FUNCTION_LINES_MAX = 70;
    private static final int JAVA_COLUMNS_MAX = 120;
    private static final int C_COLUMNS_MAX = 100;
    private static final int TAB_COLUMNS = 8;

    /** Problem as reported, without its line number, to the reason why it may stay. */
    private static final Map<String, String> ALLOWED = Map.of();

    private static final Pattern UNFINISHED = Pattern.compile("\\b(" + "TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    private static final Pattern ONLY_CLI = Pattern.compile("\\bSystem\\.(out|exit)\\b");
    /** Text behind leading spaces; a comment and the end of a continued line are no indentation. */
    private static final Pattern SPACES = Pattern.compile("^ +[^ *\\\\]");

    private static final Pattern EMPTY_NAME = Pattern.compile("(Manager|Helper|Utils?|Impl)\\.java$");

    /** Kernel words stay letter for letter, in Java in camel case. */
    private static final Map<Pattern, String> TRANSLATED = Map.of(
            Pattern.compile("\\b(ref|reference|use|usage)_?(Count|Cnt|count|cnt)\\w*"), "i_count, iCount",
            Pattern.compile("\\b(inode_?(State|state))\\b"), "i_state, iState",
            Pattern.compile("\\blink_?(Count|count)\\b"), "i_nlink, iNlink",
            Pattern.compile("\\binode_?(Number|number)\\b"), "i_ino, iIno",
            Pattern.compile("\\bio_?(Finish|finish)\\w*"), "io_end, ioEnd");

    private static List<SourceFile> files = List.of();

    @BeforeAll
    static void readTheProject() throws IOException {
        files = SourceFile.below(Path.of(""), "src", "native", "bpf", "docs");
    }

    @Test
    void theProjectIsTidy() {
        assertThat(files).extracting(SourceFile::path).contains("bpf/iputrace.h");
        List<String> problems = new ArrayList<>();
        Set<String> excused = new HashSet<>();

        for (SourceFile file : files) {
            for (String problem : problems(file)) {
                String key = problem.replaceFirst(":\\d+:", ":");
                if (ALLOWED.containsKey(key)) {
                    excused.add(key);
                } else {
                    problems.add(problem);
                }
            }
        }

        assertThat(problems).isEmpty();
        assertThat(excused).as("allowed but no longer needed").isEqualTo(ALLOWED.keySet());
    }

    @Test
    void eachPackageIsNullMarked() {
        Set<String> folders = new HashSet<>();
        Set<String> marked = new HashSet<>();
        for (SourceFile file : files) {
            if (file.isJava() && file.path().startsWith("src/main/java/")) {
                String folder = file.path().substring(0, file.path().lastIndexOf('/'));
                folders.add(folder);
                if (file.path().endsWith("/package-info.java") && file.lines().contains("@NullMarked")) {
                    marked.add(folder);
                }
            }
        }

        assertThat(marked).isNotEmpty().isEqualTo(folders);
    }

    @Test
    void eachRuleRefusesABadFile() {
        String unfinished = "// TO" + "DO later";
        String line = "x".repeat(121);
        String longBody = "int f(void)\n{\n" + "\tg();\n".repeat(70) + "}\n";

        assertThat(bad("src/A.java", "\n".repeat(401))).containsExactly("src/A.java:401: file of 401 lines");
        assertThat(bad("src/A.java", line)).containsExactly("src/A.java:1: line of 121 columns");
        assertThat(bad("bpf/a.c", "\t".repeat(12) + "abcde")).containsExactly("bpf/a.c:1: line of 101 columns");
        assertThat(bad("bpf/a.c", "    return;")).containsExactly("bpf/a.c:1: spaces where a tab should be");
        assertThat(bad("src/A.java", "\tint a;")).containsExactly("src/A.java:1: tab");
        assertThat(bad("docs/a.md", unfinished)).containsExactly("docs/a.md:1: unfinished: TO" + "DO");
        assertThat(bad("src/main/java/dev/iputrace/sim/A.java", "System.exit(1);"))
                .containsExactly("src/main/java/dev/iputrace/sim/A.java:1: System.exit outside cli");
        assertThat(bad("src/main/java/dev/iputrace/cli/A.java", "System.exit(1);"))
                .isEmpty();
        assertThat(bad("src/main/java/dev/iputrace/sim/InodeHelper.java", "")).hasSize(1);
        assertThat(bad("native/a.c", "\tint ref" + "Count;"))
                .containsExactly("native/a.c:1: ref" + "Count: the kernel says i_count, iCount");
        assertThat(bad("native/a.c", longBody)).containsExactly("native/a.c:1: function of 73 lines: int f(void)");
        assertThat(bad("src/A.java", "class A { void f() {\n" + "g();\n".repeat(70) + "}}"))
                .containsExactly("src/A.java:1: function of 72 lines: f");
    }

    private static List<String> bad(String path, String text) {
        return problems(SourceFile.of(path, text));
    }

    private static List<String> problems(SourceFile file) {
        List<String> problems = new ArrayList<>();
        if (file.isSource() && file.lines().size() > FILE_LINES_MAX) {
            int size = file.lines().size();
            problems.add("%s:%d: file of %d lines".formatted(file.path(), size, size));
        }
        if (EMPTY_NAME.matcher(file.path()).find()) {
            problems.add(file.path() + ":1: a name that says nothing");
        }
        boolean large = file.lines().size() > FUNCTION_LINES_MAX;
        for (SourceFile.Function function : large ? file.functions() : List.<SourceFile.Function>of()) {
            if (function.length() > FUNCTION_LINES_MAX) {
                problems.add("%s:%d: function of %d lines: %s"
                        .formatted(file.path(), function.line(), function.length(), function.name()));
            }
        }
        for (int i = 0; i < file.lines().size(); i++) {
            for (String problem : lineProblems(file, file.lines().get(i))) {
                problems.add("%s:%d: %s".formatted(file.path(), i + 1, problem));
            }
        }
        return problems;
    }

    private static List<String> lineProblems(SourceFile file, String line) {
        List<String> problems = new ArrayList<>();
        int columnsMax = file.isJava() ? JAVA_COLUMNS_MAX : file.isC() ? C_COLUMNS_MAX : Integer.MAX_VALUE;
        if (columns(line) > columnsMax) {
            problems.add("line of " + columns(line) + " columns");
        }
        if (file.isJava() && line.contains("\t")) {
            problems.add("tab");
        }
        if (file.isC() && SPACES.matcher(line).find()) {
            problems.add("spaces where a tab should be");
        }
        find(UNFINISHED, line, problems, "unfinished: %s");
        boolean cli = file.path().startsWith("src/main/java/dev/iputrace/cli/");
        if (file.path().startsWith("src/main/java/") && !cli) {
            find(ONLY_CLI, line, problems, "%s outside cli");
        }
        if (file.isJava() || file.isC()) {
            TRANSLATED.forEach((word, kernel) -> find(word, line, problems, "%s: the kernel says " + kernel));
        }
        return problems;
    }

    private static void find(Pattern pattern, String line, List<String> problems, String format) {
        Matcher matcher = pattern.matcher(line);
        if (matcher.find()) {
            problems.add(format.formatted(matcher.group()));
        }
    }

    private static int columns(String line) {
        int columns = 0;
        for (int i = 0; i < line.length(); i++) {
            columns = line.charAt(i) == '\t' ? (columns / TAB_COLUMNS + 1) * TAB_COLUMNS : columns + 1;
        }
        return columns;
    }
}
