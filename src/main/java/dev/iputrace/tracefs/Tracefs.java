package dev.iputrace.tracefs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The tracefs directory: files that are commands. A refusal is a {@link TracefsException} in the kernel's words. */
final class Tracefs {
    static final String REMEDY = "mount -t tracefs tracefs /sys/kernel/tracing";

    private static final List<String> PLACES = List.of("sys/kernel/tracing", "sys/kernel/debug/tracing");

    private static final int FILE_MAX = 1 << 22;

    private final Path dir;

    Tracefs(Path dir) {
        this.dir = dir;
    }

    /** The one that is mounted below this root, and can be used for kprobes. */
    static Tracefs find(Path root) {
        Path closed = null;
        for (String place : PLACES) {
            Path dir = root.resolve(place);
            if (Files.isWritable(dir.resolve("kprobe_events"))) {
                return new Tracefs(dir);
            }
            if (!Files.isReadable(dir) || !Files.isExecutable(dir)) {
                closed = Files.exists(dir) ? dir : closed;
            } else if (Files.exists(dir.resolve("trace_pipe"))) {
                String why = Files.exists(dir.resolve("kprobe_events"))
                        ? "may not write " + dir + "/kprobe_events: use sudo"
                        : dir + " has no kprobe_events: the kernel needs CONFIG_KPROBE_EVENTS";
                throw new TracefsException(why);
            }
        }
        throw new TracefsException(
                closed != null ? "may not look into " + closed + ": use sudo" : "tracefs is not mounted: do " + REMEDY);
    }

    Path dir() {
        return dir;
    }

    String read(String file) {
        // In large pieces: some files hold nothing for who has read but a byte of them.
        try (InputStream in = Files.newInputStream(dir.resolve(file))) {
            return new String(in.readNBytes(FILE_MAX), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new TracefsException("cannot read " + dir.resolve(file) + ": " + reason(e), e);
        }
    }

    boolean has(String file) {
        return Files.exists(dir.resolve(file));
    }

    void write(String file, String text) {
        put(file, text, StandardOpenOption.WRITE);
    }

    /** For files where opening without it removes what is there. */
    void append(String file, String text) {
        put(file, text, StandardOpenOption.APPEND);
    }

    private void put(String file, String text, OpenOption how) {
        try (var out = Files.newByteChannel(dir.resolve(file), how)) {
            // In one write(2): each is a command.
            out.write(StandardCharsets.ISO_8859_1.encode(text + "\n"));
        } catch (IOException e) {
            throw new TracefsException(
                    "cannot write " + dir.resolve(file) + ": " + text + ": " + reason(e) + kernelSays(), e);
        }
    }

    /** The kernel's own explanation of what was wrong in a command (error_log, since 5.2), or nothing. */
    private String kernelSays() {
        try {
            String[] lines = Files.readString(dir.resolve("error_log"), StandardCharsets.ISO_8859_1)
                    .split("\n");
            for (int i = lines.length - 1; i >= 0; i--) {
                if (lines[i].contains("error:")) {
                    return " (" + lines[i].replaceFirst("^\\[[ 0-9.]+] ", "").strip() + ")";
                }
            }
        } catch (IOException e) {
            return "";
        }
        return "";
    }

    void makeDirectory(String name) {
        try {
            Files.createDirectories(dir.resolve(name));
        } catch (IOException e) {
            throw new TracefsException("cannot make the instance " + dir.resolve(name) + ": " + reason(e), e);
        }
    }

    /** Returns false while it is busy. */
    boolean removeDirectory(String name) {
        try {
            Files.deleteIfExists(dir.resolve(name));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Names in a directory; empty when there is none. */
    List<String> list(String directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir.resolve(directory))) {
            for (Path entry : entries) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (NoSuchFileException e) {
            return names;
        } catch (IOException | UncheckedIOException e) {
            throw new TracefsException("cannot read " + dir.resolve(directory) + ": " + e.getMessage(), e);
        }
        return names;
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied: use sudo";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        String message = String.valueOf(e.getMessage());
        return message.contains("Operation not permitted") ? message + " (see /sys/kernel/security/lockdown)" : message;
    }
}
