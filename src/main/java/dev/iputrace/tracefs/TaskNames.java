package dev.iputrace.tracefs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Name and process of a task, out of /proc, a moment after its event: only for rare ones. */
final class TaskNames {
    private final Path proc;
    private String comm = "";
    private int tgid;

    TaskNames(Path proc) {
        this.proc = proc;
    }

    /** Looks the task up; one that is gone has no name, and itself as process. */
    void find(int tid) {
        comm = "";
        tgid = tid;
        try {
            String status = Files.readString(proc.resolve(tid + "/status"), StandardCharsets.ISO_8859_1);
            for (String line : status.split("\n")) {
                if (line.startsWith("Name:")) {
                    comm = line.substring(5).strip();
                } else if (line.startsWith("Tgid:")) {
                    tgid = Integer.parseInt(line.substring(5).strip());
                    return;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Gone meanwhile.
        }
    }

    String comm() {
        return comm;
    }

    int tgid() {
        return tgid;
    }
}
