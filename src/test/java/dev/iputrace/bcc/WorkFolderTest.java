package dev.iputrace.bcc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
    @TempDir
    Path folder;

    private Path old(String name) throws IOException {
        Path made = Files.createDirectories(folder.resolve(name));
        Files.writeString(made.resolve("log"), "");
        Files.setLastModifiedTime(made, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        return made;
    }

    @Test
    void whatAKilledCompilerLeftIsRemovedByTheNext() throws IOException {
        Path forgotten = old("iputrace-bcc-1");
        Path foreign = old("of-somebody-else");
        Path target = old("target");
        Path link = Files.createSymbolicLink(folder.resolve("iputrace-bcc-link"), target);
        Path busy = WorkFolder.make(folder);

        Path made = WorkFolder.make(folder);

        assertThat(forgotten).doesNotExist();
        assertThat(foreign).isDirectory();
        assertThat(busy).isDirectory().isNotEqualTo(made);
        assertThat(target.resolve("log")).exists();
        assertThat(link).as("young").isSymbolicLink();
    }
}
