package dev.iputrace.bcc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/** Temporary folders of the compiler. A kill -9 leaves one behind: the next compilation removes it when it is old. */
final class WorkFolder {
    private static final String PREFIX = "iputrace-bcc-";
    /** No compilation takes so long. Whether the process of one still lives cannot be told across containers. */
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private WorkFolder() {}

    /** Makes one for this user alone, and removes those of this user that were forgotten. */
    static Path make(Path in) throws IOException {
        Path made = Files.createTempDirectory(in, PREFIX);
        Instant limit = Files.getLastModifiedTime(made).toInstant().minus(FORGOTTEN);
        try (DirectoryStream<Path> others = Files.newDirectoryStream(in, PREFIX + "*")) {
            for (Path other : others) {
                if (isForgotten(other, made, limit)) {
                    remove(other);
                }
            }
        }
        return made;
    }

    /** Old, and of this user: what another one made could be made to lead us astray. */
    private static boolean isForgotten(Path folder, Path own, Instant limit) {
        try {
            Instant changed =
                    Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS).toInstant();
            return changed.isBefore(limit)
                    && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own));
        } catch (IOException e) {
            return false; // its owner has just removed it
        }
    }

    /** With all that is in it; what cannot be removed stays, as it is in a temporary folder. */
    static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // It is in a temporary folder.
        }
    }
}
