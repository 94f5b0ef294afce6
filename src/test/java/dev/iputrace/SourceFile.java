package dev.iputrace;

import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A text file of the project, as {@link TidyTest} sees it: path from the root, lines without ends. */
record SourceFile(String path, List<String> lines) {
    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
    private static final StandardJavaFileManager FILES = JAVAC.getStandardFileManager(null, null, null);

    /** A function and its size in lines, from its head to its closing brace. */
    record Function(String name, int line, int length) {}

    static SourceFile of(String path, String text) {
        return new SourceFile(path, text.lines().toList());
    }

    /** All text files below the folders that exist; hidden folders hold build output and are left out. */
    static List<SourceFile> below(Path root, String... folders) throws IOException {
        List<SourceFile> found = new ArrayList<>();
        for (String folder : folders) {
            if (Files.isDirectory(root.resolve(folder))) {
                Files.walkFileTree(root.resolve(folder), new Collector(root, found));
            }
        }
        return found;
    }

    boolean isJava() {
        return path.endsWith(".java");
    }

    boolean isC() {
        return path.endsWith(".c") || path.endsWith(".h");
    }

    boolean isScript() {
        return path.endsWith(".sh") || (!lines.isEmpty() && lines.get(0).startsWith("#!"));
    }

    boolean isSource() {
        return isJava() || isC() || isScript() || path.endsWith("Makefile");
    }

    List<Function> functions() {
        if (isJava()) {
            return javaMethods();
        }
        return isC() ? cFunctions() : List.of();
    }

    /** Kernel style: the braces of a function, and of nothing else, stand alone in the first column. */
    private List<Function> cFunctions() {
        List<Function> functions = new ArrayList<>();
        int head = -1;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.equals("{")) {
                head = Math.max(i - 1, 0);
            } else if (line.startsWith("}") && head >= 0) {
                functions.add(new Function(lines.get(head).strip(), head + 1, i - head + 1));
                head = -1;
            }
        }
        return functions;
    }

    /** Asks javac's own parser: text rules for Java braces are wrong sooner or later. */
    private List<Function> javaMethods() {
        JavaFileObject text = new SimpleJavaFileObject(URI.create("mem:/" + path), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return String.join("\n", lines);
            }
        };
        List<Function> functions = new ArrayList<>();
        try {
            JavacTask javac = (JavacTask)
                    JAVAC.getTask(null, FILES, diagnostic -> {}, List.of("-proc:none"), null, List.of(text));
            Trees trees = Trees.instance(javac);
            javac.parse().forEach(unit -> new MethodCollector(trees, functions).scan(unit, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return functions;
    }

    private static final class MethodCollector extends TreePathScanner<Void, Void> {
        private final Trees trees;
        private final List<Function> functions;

        MethodCollector(Trees trees, List<Function> functions) {
            this.trees = trees;
            this.functions = functions;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            var unit = getCurrentPath().getCompilationUnit();
            LineMap map = unit.getLineMap();
            int first = (int) map.getLineNumber(trees.getSourcePositions().getStartPosition(unit, method));
            int last = (int) map.getLineNumber(trees.getSourcePositions().getEndPosition(unit, method));
            functions.add(new Function(method.getName().toString(), first, last - first + 1));
            return super.visitMethod(method, null);
        }
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private static final List<String> TEXT =
                List.of(".java", ".c", ".h", ".sh", ".md", ".html", ".py", ".bt", ".stp");

        private final Path root;
        private final List<SourceFile> found;

        Collector(Path root, List<SourceFile> found) {
            this.root = root;
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean hidden = folder.getFileName().toString().startsWith(".");
            return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            String name = file.getFileName().toString();
            boolean text = TEXT.stream().anyMatch(name::endsWith) || name.equals("Makefile") || !name.contains(".");
            boolean data = file.toString().contains("src/test/resources/");
            if (text && !data) {
                found.add(new SourceFile(root.relativize(file).toString(), Files.readAllLines(file)));
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
