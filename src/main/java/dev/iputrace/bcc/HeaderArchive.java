package dev.iputrace.bcc;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Headers that the kernel carries with it: a .tar.xz, unpacked by tar(1) and xz(1), as libbcc does it. */
final class HeaderArchive {
    private static final int TIME_LIMIT_S = 120;

    private HeaderArchive() {}

    /**
     * Unpacks into a new folder.
     *
     * @return that folder
     * @throws BccException with tar's words when that fails
     */
    static Path unpack(Path archive, Path folder) {
        try {
            Files.createDirectories(folder);
            File log = folder.resolveSibling("tar.log").toFile();
            Process tar = new ProcessBuilder("tar", "-xJf", archive.toString(), "-C", folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start();
            if (!tar.waitFor(TIME_LIMIT_S, TimeUnit.SECONDS)) {
                tar.destroyForcibly();
                throw new BccException("bcc: unpacking the kernel's headers took more than " + TIME_LIMIT_S + " s");
            }
            if (tar.exitValue() != 0) {
                String said = Files.readString(log.toPath(), StandardCharsets.ISO_8859_1)
                        .strip();
                throw new BccException("bcc: cannot unpack the kernel's headers: archive=" + archive + ": "
                        + said.lines().findFirst().orElse("exit code " + tar.exitValue()));
            }
            return folder;
        } catch (IOException e) {
            throw new BccException("bcc: cannot unpack the kernel's headers: archive=" + archive + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BccException("bcc: interrupted while unpacking the kernel's headers", e);
        }
    }
}
