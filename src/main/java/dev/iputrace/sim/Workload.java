package dev.iputrace.sim;

import dev.iputrace.sim.kernel.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What user space does while the fake kernel is watched. */
public enum Workload {
    /** {@code stress --cpu 2 --io 2 --vm 1 --vm-bytes 128M --hdd 2}: the line that found the bug. */
    SEED,
    /** Files written by asynchronous direct I/O and removed while it is under way. */
    AIO_DIO_UNLINK,
    /** New versions of files renamed over the old ones, as package managers and editors do. */
    RENAME_OVER,
    CREATE_UNLINK,
    /** Writes, then unmounts and mounts again, over and over. */
    UMOUNT;

    /** Each task's own names, then the names all share. */
    static final int OWN_NAMES = 4;

    static final int SHARED_NAMES = 16;

    /** A user task: {@code comm}, and what it does over and over. */
    record Program(String comm, Script script) {}

    /** As on the command line: {@code aio-dio-unlink}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    List<Program> programs() {
        return switch (this) {
            case SEED -> seed();
            case AIO_DIO_UNLINK -> aioDioUnlink();
            case RENAME_OVER -> renameOver();
            case CREATE_UNLINK -> createUnlink();
            case UMOUNT -> umount();
        };
    }

    /** Names that {@link #programs} use: own ones of each task first. */
    int names() {
        return programs().size() * OWN_NAMES + SHARED_NAMES;
    }

    private static int own(int task) {
        return task * OWN_NAMES;
    }

    private static int shared(int tasks) {
        return tasks * OWN_NAMES;
    }

    /** hoghdd unlinks right after mkstemp, writes, closes; hogio calls sync(2); hogvm makes memory short. */
    private static List<Program> seed() {
        List<Program> programs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            programs.add(new Program(
                    "stress",
                    Script.begin()
                            .name(own(i), OWN_NAMES)
                            .creat()
                            .unlink()
                            .writes(24)
                            .close()
                            .loop()));
        }
        for (int i = 0; i < 2; i++) {
            programs.add(new Program("stress", Script.begin().sync().loop()));
        }
        programs.add(new Program("stress", Script.begin().pressure(4).spin(1).loop()));
        for (int i = 0; i < 2; i++) {
            programs.add(new Program("stress", Script.begin().spin(1).loop()));
        }
        return programs;
    }

    private static List<Program> aioDioUnlink() {
        List<Program> programs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            programs.add(new Program(
                    "fio",
                    Script.begin()
                            .name(own(i), OWN_NAMES)
                            .creat()
                            .aioWrites(4)
                            .unlink()
                            .aioWrites(3)
                            .close()
                            .aioWait()
                            .loop()));
        }
        // Direct I/O leaves nothing to write back: as a tight loop it would be most of what the machine does.
        programs.add(new Program("sync", Script.begin().sync().spin(8).loop()));
        return programs;
    }

    private static List<Program> renameOver() {
        List<Program> programs = new ArrayList<>();
        int tasks = 5;
        for (int i = 0; i < 3; i++) {
            programs.add(new Program(
                    "dpkg",
                    Script.begin()
                            .name(own(i), OWN_NAMES)
                            .creat()
                            .writes(3)
                            .close()
                            .rename(shared(tasks), SHARED_NAMES)
                            .loop()));
        }
        programs.add(new Program(
                "cat",
                Script.begin()
                        .name(shared(tasks), SHARED_NAMES)
                        .creat()
                        .read()
                        .close()
                        .pressure(3)
                        .spin(1)
                        .loop()));
        programs.add(new Program("sync", Script.begin().sync().loop()));
        return programs;
    }

    private static List<Program> createUnlink() {
        List<Program> programs = new ArrayList<>();
        int tasks = 6;
        for (int i = 0; i < 5; i++) {
            programs.add(new Program(
                    "fs_mark",
                    Script.begin()
                            .name(shared(tasks), SHARED_NAMES)
                            .creat()
                            .writes(2)
                            .close()
                            .name(shared(tasks), SHARED_NAMES)
                            .unlink()
                            .name(shared(tasks), SHARED_NAMES)
                            .creat()
                            .read()
                            .close()
                            .pressure(2)
                            .loop()));
        }
        programs.add(new Program("sync", Script.begin().sync().loop()));
        return programs;
    }

    private static List<Program> umount() {
        List<Program> programs = new ArrayList<>();
        int tasks = 3;
        for (int i = 0; i < tasks; i++) {
            Script rounds = Script.begin();
            for (int round = 0; round < 6; round++) {
                rounds = rounds.name(shared(tasks), SHARED_NAMES)
                        .creat()
                        .writes(3)
                        .close()
                        .name(own(i), OWN_NAMES)
                        .creat()
                        .unlink()
                        .writes(2)
                        .close()
                        .name(shared(tasks), SHARED_NAMES)
                        .creat()
                        .read()
                        .close();
            }
            programs.add(new Program("tar", rounds.sync().park().loop()));
        }
        return programs;
    }
}
