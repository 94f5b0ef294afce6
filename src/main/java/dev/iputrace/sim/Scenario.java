package dev.iputrace.sim;

import dev.iputrace.sim.kernel.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A workload so small that all its interleavings can be looked at. Each task does its script once. */
public enum Scenario {
    /** hoghdd of stress: creat, unlink, write, close; the timers of flusher and kjournald2 fire once. */
    SEED("creat, unlink, write, close; the timers of flusher and kjournald2 fire"),
    /** As SEED, with sync(2) of hogio in place of the timers. */
    SYNC("creat, unlink, write, close; another task calls sync(2)"),
    /** Asynchronous direct I/O to a file that is unlinked and closed while it is under way. */
    AIO("creat, io_submit, unlink, close, io_getevents"),
    /** A new version of a file is renamed over the old one. */
    RENAME("creat, write, close, rename over a file that exists; the timers fire"),
    /** Memory is short: a cached file loses dentry and inode while another task opens and unlinks it. */
    CACHE("creat, write, close; kswapd takes dentry and inode; another task opens and unlinks the file"),
    /** Files unlinked while open, and files kept, then umount. */
    UMOUNT("creat, write, unlink, close; every second file stays; umount"),
    /** The memory of the first file is all there is for the second. */
    REUSE("creat, unlink, write, close, twice, with memory for one; the timers fire");

    private final String what;

    Scenario(String what) {
        this.what = what;
    }

    /** As on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What happens in it, in words. */
    public String what() {
        return what;
    }

    /** A user task and its script. */
    record Program(String comm, Script script) {}

    boolean unmounts() {
        return this == UMOUNT;
    }

    boolean directIo() {
        return this == AIO;
    }

    boolean shrinks() {
        return this == CACHE || this == REUSE;
    }

    /** Inodes that exist at once at most, when {@code files} are asked for. */
    int inodeSlots(int files) {
        return switch (this) {
            case RENAME -> 2 * files;
            case UMOUNT, CACHE -> files + 1;
            default -> files;
        };
    }

    /** Names in the directory. */
    int names(int files) {
        return this == RENAME ? 2 * files : files;
    }

    /** {@code writes}: pages written to each file, so io_ends of each. */
    List<Program> programs(int files, int writes) {
        List<Program> programs = new ArrayList<>();
        for (int file = 0; file < files; file++) {
            programs.add(new Program(comm(), script(file, files, writes)));
        }
        switch (this) {
            case SEED, RENAME, REUSE, UMOUNT ->
                programs.add(new Program("timer", Script.begin().timer().loop()));
            case SYNC -> programs.add(new Program("sync", Script.begin().sync().loop()));
            case CACHE -> {
                programs.add(new Program("timer", Script.begin().timer().loop()));
                programs.add(new Program(
                        "cat",
                        Script.begin()
                                .pressure(2)
                                .name(0, 1)
                                .creat()
                                .read()
                                .close()
                                .unlink()
                                .loop()));
            }
            default -> {}
        }
        return programs;
    }

    private String comm() {
        return switch (this) {
            case AIO -> "fio";
            case RENAME -> "dpkg";
            case UMOUNT -> "tar";
            default -> "stress";
        };
    }

    private Script script(int file, int files, int writes) {
        Script begin = Script.begin().name(file, 1);
        return switch (this) {
            case SEED, SYNC -> hog(begin, writes).loop();
            case AIO -> {
                Script script = begin.creat();
                for (int i = 0; i < writes; i++) {
                    script = script.aioWrites(1);
                }
                yield script.unlink().close().aioWait().loop();
            }
            case RENAME -> {
                Script script = write(begin.creat(), 1).close();
                script = write(script.name(files + file, 1).creat(), writes).close();
                yield script.rename(file, 1).loop();
            }
            case CACHE -> write(begin.creat(), writes).close().loop();
            case UMOUNT -> {
                Script script = write(begin.creat(), writes);
                yield (file % 2 == 0 ? script.unlink() : script).close().loop();
            }
            case REUSE -> hog(hog(begin, writes), writes).loop();
        };
    }

    private static Script hog(Script script, int writes) {
        return write(script.creat().unlink(), writes).close();
    }

    private static Script write(Script script, int times) {
        Script longer = script;
        for (int i = 0; i < times; i++) {
            longer = longer.writes(1);
        }
        return longer;
    }
}
