package dev.iputrace.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rig's executable, unpacked from the jar for as long as this is open. */
public final class RigProgram implements AutoCloseable {
    private static final String NAME = "iputrace-ring-rig";

    private final Path path;

    private RigProgram(Path path) {
        this.path = path;
    }

    /**
     * Makes it ready to start.
     *
     * @throws BenchException when this build has none, or it cannot be unpacked
     */
    public static RigProgram unpack() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String resource = "/native/linux-" + (arch.equals("amd64") ? "x86_64" : arch) + "/" + NAME;
        try (InputStream in = RigProgram.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new BenchException("ring rig: not in this build: resource=" + resource);
            }
            Path path = Files.createTempFile(
                    NAME, "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.copy(in, path, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            return new RigProgram(path);
        } catch (IOException e) {
            throw new BenchException("ring rig: cannot unpack: " + e.getMessage(), e);
        }
    }

    /** Starts a rig whose ring this process reads. */
    public Rig serve(RigOptions options) {
        return new Rig(start("serve", options), options);
    }

    /**
     * Runs producer and reader in C to their end.
     *
     * @param reader {@code libbpf} or {@code batch}
     */
    public RigReport read(String reader, RigOptions options) {
        Process process = start(reader, options);
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchException(
                        "ring rig: reader=" + reader + ", exit=" + process.exitValue() + ": " + output.strip());
            }
            return RigReport.parse(output);
        } catch (IOException e) {
            throw new BenchException("ring rig: reader=" + reader + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("ring rig: interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(String mode, RigOptions options) {
        List<String> command = new ArrayList<>(List.of(path.toString(), mode));
        command.addAll(options.arguments());
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new BenchException("ring rig: cannot start " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Command that runs the C reference over a file of cells: prints events, violations and CPU seconds, those of the
     * first {@code inodes} events, the births, not counted.
     *
     * @param mode {@code file} or {@code prefetch}
     */
    List<String> checkFile(String mode, Path cells, int inodes) {
        return List.of(path.toString(), mode, cells.toString(), Integer.toString(inodes), Integer.toString(inodes));
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new BenchException("ring rig: cannot delete " + path + ": " + e.getMessage(), e);
        }
    }
}
