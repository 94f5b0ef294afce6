package dev.iputrace.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The standard streams. System.console() cannot be asked whether one of them is a terminal: since JDK 22 it never is
 * null.
 */
final class Console {
    private static volatile @Nullable CarefulStream stdout;

    private Console() {}

    /** Makes this what {@link #out} writes to. */
    static void stdout(CarefulStream stream) {
        stdout = stream;
        System.setOut(stream.print());
    }

    /** True when nobody reads our stdout any more. */
    static boolean readerLeft() {
        CarefulStream stream = stdout;
        return stream != null && stream.readerLeft();
    }

    static PrintStream out() {
        return System.out;
    }

    static PrintStream err() {
        return System.err;
    }

    /** True for a file descriptor (0, 1, 2) of this process that is a terminal. */
    static boolean isTerminal(int fd) {
        try {
            String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
