package dev.iputrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for files to measure with, below java.io.tmpdir; gone when closed. */
final class Scratch implements AutoCloseable {
    private final Path folder;
    private int names;

    Scratch() throws IOException {
        folder = Files.createTempDirectory("iputrace-bench");
    }

    /** A path that nothing is at yet. */
    Path fresh(String name) {
        return folder.resolve(name + "-" + ++names);
    }

    long freeBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        delete(folder);
    }
}
