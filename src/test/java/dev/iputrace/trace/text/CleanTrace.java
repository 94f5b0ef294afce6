package dev.iputrace.trace.text;

import dev.iputrace.fuzz.Drained;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** A trace of two CPUs with every call, all in order: with the stats files of its ring it is OK, else it is not. */
final class CleanTrace {
    static final String STATS_0 = stats(9, 0);
    static final String STATS_1 = stats(6, 0);

    static final String TEXT = """
            # tracer: nop
            #
            # entries-in-buffer/entries-written: 15/15   #P:2
            #
               rm-149   [000] .....     1.000001: birth: (inode_init_always+0x0/0x50) inode=0xff10 ALIVE
               rm-149   [000] .....     1.000002: ihold: (ihold+0x0/0x50) inode=0xff10 ALIVE
               rm-149   [001] .....     1.000003: iput: (iput+0x0/0x220) inode=0xff10 SHARED
               rm-149   [001] .....     1.000004: sched_wakeup: comm=kworker/0:1 pid=9 prio=120 target_cpu=000
               rm-149   [000] .....     1.000005: igrab: (igrab+0x0/0x50) inode=0xff10 ALIVE
               rm-149   [000] .....     1.000006: igrab_ret: (f+0x1/0x2 <- igrab) ret=0xff10
               rm-149   [001] .....     1.000007: iput: (iput+0x0/0x220) inode=0xff10 SHARED
               rm-149   [000] .....     1.000008: init: (ext4_init_io_end+0x0/0x50) inode=0xff10 ALIVE
               rm-149   [000] .....     1.000009: init_ret: (g+0x1/0x2 <- ext4_init_io_end) io_end=0xee
               rm-149   [001] .....     1.000010: free: (ext4_release_io_end+0x0/0x50) io_end=0xee
               rm-149   [001] .....     1.000011: iput: (iput+0x0/0x220) inode=0x0 i_count=(fault)
               rm-149   [000] .....     1.000012: iput: (iput+0x0/0x220) inode=0xff10 ALIVE
               rm-149   [000] .....     1.000013: evict: (evict+0x0/0x50) inode=0xff10 DYING
               rm-149   [000] .....     1.000014: clear: (clear_inode+0x0/0x50) inode=0xff10 DYING
               rm-149   [001] .....     1.000015: death: (destroy_inode+0x0/0x50) inode=0xff10 DYING
            """.replace("ALIVE", "i_count=1 i_state=0x0 i_ino=12 i_nlink=1 s_dev=8388611")
            .replace("SHARED", "i_count=2 i_state=0x0 i_ino=12 i_nlink=1 s_dev=8388611")
            .replace("DYING", "i_count=0 i_state=0x20 i_ino=12 i_nlink=0 s_dev=8388611");

    private CleanTrace() {}

    static String stats(long entries, long read) {
        return """
                entries: %d
                overrun: 0
                commit overrun: 0
                bytes: 248
                oldest event ts:     1.000001
                now ts:     2.000000
                dropped events: 0
                read events: %d
                """.formatted(entries, read);
    }

    /** Reads and checks a trace that each of these stats files is given for. */
    static Drained judged(Path folder, String text, String... stats) throws IOException {
        Path[] paths = new Path[stats.length];
        for (int i = 0; i < stats.length; i++) {
            paths[i] = Files.writeString(folder.resolve("stats" + i), stats[i]);
        }
        return judged(text, paths);
    }

    static Drained judged(String text, Path... stats) throws IOException {
        ImportOptions options = new ImportOptions(Map.of(), Map.of(), "6.1.0", Arrays.asList(stats));
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        try (TextSource source = new TextSource(new ByteArrayInputStream(bytes), bytes.length, options)) {
            return Drained.of(source);
        }
    }
}
