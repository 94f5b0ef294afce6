package dev.iputrace.tracefs;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Makes, unlinks and drops a file on a watched file system, and judges whether the probes saw its iputs as stat(2) says
 * they must be: right i_ino, s_dev and i_nlink, a count that is positive and falls, no bit of death.
 */
final class SelfCheck implements EventSink {
    private static final int PUTS_WANTED = 2;

    private final Path dir;
    private final int tid;
    private long iIno;
    private int sDev;
    private int puts;
    private int wrong;
    private int firstCount;
    private int lastCount;

    /** {@code tid}: of the thread that will {@link #act}. */
    SelfCheck(Path dir, int tid) {
        this.dir = dir;
        this.tid = tid;
    }

    /** The calling thread, as the kernel numbers it; 0 when /proc does not tell. */
    static int ownTid() {
        try {
            Path link = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            return Integer.parseInt(String.valueOf(link.getFileName()));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** A directory on an ext4 of this device, or of any; null when none can be written. */
    static @Nullable Path findDir(Path mounts, int dev) {
        try {
            for (String line : Files.readAllLines(mounts, StandardCharsets.ISO_8859_1)) {
                String[] words = line.split(" ");
                if (words.length < 4 || !words[2].equals("ext4") || ("," + words[3] + ",").contains(",ro,")) {
                    continue;
                }
                Path dir = Path.of(words[1].replace("\\040", " "));
                if (Files.isWritable(dir) && (dev == 0 || kernelDev(dir) == dev)) {
                    return dir;
                }
            }
        } catch (IOException e) {
            return null;
        }
        return null;
    }

    /** {@code s_dev} of the file system that holds this path; the C library encodes it otherwise. */
    static int kernelDev(Path path) throws IOException {
        long dev = (Long) Files.getAttribute(path, "unix:dev");
        long major = (dev >>> 8 & 0xfff) | (dev >>> 32 & ~0xfffL);
        long minor = (dev & 0xff) | (dev >>> 12 & ~0xffL);
        return (int) (major << 20 | minor);
    }

    void act() {
        Path file =
                dir.resolve(".iputrace-self-check-" + ProcessHandle.current().pid());
        try (FileChannel made = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            iIno = (Long) Files.getAttribute(file, "unix:ino");
            sDev = kernelDev(file);
            // do_unlinkat: an iput with i_nlink 0 and our file's reference left; then close, the last iput.
            Files.delete(file);
            made.position(0);
        } catch (IOException e) {
            throw new TracefsException("self-check: cannot make " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void cell(EventView cell) {
        if (cell.op() != OpCode.IPUT || cell.tid() != tid || cell.iIno() != iIno) {
            return;
        }
        boolean right = cell.sDev() == sDev
                && (cell.flags() & Flag.UNLINKED) != 0
                && (cell.flags() & Flag.DYING) == 0
                && cell.iCount() >= 1;
        wrong += right ? 0 : 1;
        firstCount = puts == 0 ? cell.iCount() : firstCount;
        lastCount = cell.iCount();
        puts++;
    }

    boolean sawAll() {
        return puts >= PUTS_WANTED;
    }

    /** Null when all is as it must be. */
    @Nullable
    String complaint() {
        String which = "inode " + iIno + " on " + (sDev >>> 20) + ":" + (sDev & 0xfffff);
        if (puts < PUTS_WANTED) {
            return "saw " + puts + " of " + PUTS_WANTED + " iputs of " + which;
        }
        if (wrong > 0) {
            return wrong + " iputs of " + which + " contradict stat and the model";
        }
        return firstCount > lastCount
                ? null
                : "i_count of " + which + " went from " + firstCount + " to " + lastCount + ", want a fall";
    }
}
