package dev.iputrace.tracefs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    @TempDir
    Path dir;

    private Path events = Path.of("");

    @BeforeEach
    void someoneElsesProbe() throws IOException {
        events = dir.resolve("kprobe_events");
        Files.createDirectories(dir.resolve("instances/theirs"));
        Files.createDirectories(dir.resolve("proc/22"));
        Files.writeString(events, "p:theirs/iput iput x=%di\n");
    }

    private void leave(String group) throws IOException {
        Files.createDirectories(dir.resolve("instances/" + group));
        Files.createDirectories(dir.resolve("instances/" + group + "_rare"));
        Files.writeString(
                events,
                Files.readString(events) + "r1024:" + group + "/igrab_ret_9 igrab ret=$retval:u64\n" + "p:" + group
                        + "/iput_9 iput inode=%di:u64\n");
    }

    @Test
    void onlyWhatTheDeadLeftIsRemoved() throws IOException {
        leave("iputracefs_11");
        leave("iputracefs_22");

        new Leftovers(new Tracefs(dir)).removeOfDead(dir.resolve("proc"));

        assertThat(dir.resolve("instances"))
                .isDirectoryNotContaining("glob:**_11")
                .isDirectoryContaining("glob:**_22");
        assertThat(dir.resolve("instances/iputracefs_11_rare")).doesNotExist();
        assertThat(dir.resolve("instances/iputracefs_22_rare")).exists();
        assertThat(dir.resolve("instances/theirs")).exists();
        assertThat(Files.readString(events))
                .contains("-:iputracefs_11/igrab_ret_9\n-:iputracefs_11/iput_9\n")
                .doesNotContain("-:iputracefs_22")
                .doesNotContain("-:theirs");
    }

    @Test
    void theGuardianRemovesAllWhenItsPipeCloses() throws IOException {
        leave("iputracefs_33");
        Files.createDirectories(dir.resolve("events/iputracefs_33/iput_9"));
        Files.createDirectories(dir.resolve("events/theirs/iput"));

        new Guardian(dir, "iputracefs_33").close();

        assertThat(dir.resolve("instances/iputracefs_33")).doesNotExist();
        assertThat(dir.resolve("instances/iputracefs_33_rare")).doesNotExist();
        assertThat(Files.readString(events))
                .contains("-:iputracefs_33/iput_9\n")
                .doesNotContain("-:theirs");
    }
}
