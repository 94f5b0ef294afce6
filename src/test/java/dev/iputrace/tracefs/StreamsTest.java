package dev.iputrace.tracefs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.Level;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsTest {
    private static final long INODE = 0xffff888001234560L;
    private static final long IO_END = 0xffff888007654320L;
    private static final Map<String, Long> ALIVE = inode(2, 0, 1);

    @TempDir
    Path dir;

    private final ReadWatch watch = new ReadWatch();
    private final List<String> cells = new ArrayList<>();

    @AfterEach
    void endWatch() {
        watch.close();
    }

    private static Map<String, Long> inode(int iCount, int iState, int iNlink) {
        return inode(Probe.EXT4_SUPER_MAGIC, iCount, iState, iNlink);
    }

    private static Map<String, Long> inode(long sMagic, int iCount, int iState, int iNlink) {
        return Map.of(
                "s_magic",
                sMagic,
                "inode",
                INODE,
                "i_count",
                (long) iCount,
                "i_state",
                (long) iState,
                "i_ino",
                12L,
                "i_nlink",
                (long) iNlink,
                "s_dev",
                0x100000L,
                "caller",
                0x4242L);
    }

    private void drain(FakeTracefs fake) {
        try (Streams streams = fake.open(watch)) {
            streams.last();
            for (int empty = 0; empty < 2; ) {
                empty = streams.drain(this::take) == 0 ? empty + 1 : 0;
            }
        }
    }

    private void take(EventView cell) {
        String name = String.valueOf(Op.of(cell.op()));
        cells.add(
                switch (cell.op()) {
                    case OpCode.STACK -> name + " " + cell.word(0);
                    case OpCode.COMM -> name;
                    case OpCode.LOSS ->
                        name + " " + LossStage.of(cell.flags()) + " " + cell.word(0) + " cpu " + cell.cpu();
                    default -> name + " " + cell.tsNs() + " i_count " + cell.iCount() + " " + Flag.names(cell.flags());
                });
    }

    @Test
    void eventsOfAllCpusComeInTheOrderOfTime() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        for (int i = 0; i < 300; i++) {
            fake.ring("ordinary", i % 3).entry(1000 + 10L * i, Point.IPUT, 7, ALIVE);
        }

        drain(fake);

        assertThat(cells).hasSize(300).isSortedAccordingTo((a, b) -> Long.compare(time(a), time(b)));
    }

    private static long time(String cell) {
        return Long.parseLong(cell.split(" ")[1]);
    }

    @Test
    void aTimeBeyondTwentySevenBitsIsKept() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        fake.ring("ordinary", 0).entry(1000, Point.IPUT, 7, ALIVE).entry(5_000_000_000L, Point.IHOLD, 7, ALIVE);

        drain(fake);

        assertThat(cells).containsExactly("IPUT 1000 i_count 2 0", "IHOLD 5000000000 i_count 2 0");
    }

    @Test
    void entryAndReturnAreOneEventWithTheStateOfEntry() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        fake.ring("ordinary", 0).entry(1000, Point.IGRAB, 7, inode(2, 0, 0)).entry(1001, Point.IGRAB, 8, ALIVE);
        fake.ring("ordinary", 1).ret(1010, Point.IGRAB, 7, INODE, 0x10);

        drain(fake);

        assertThat(cells).containsExactly("IGRAB 1000 i_count 2 UNLINKED");
    }

    @Test
    void aReturnWithoutEntryIsOfAnotherFileSystem() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        fake.ring("ordinary", 0).ret(1010, Point.IGRAB, 7, INODE, 0x10);

        drain(fake);

        assertThat(cells).isEmpty();
    }

    /** At level guard the return of a grab that went well is not sent: its entry waits in vain. */
    @Test
    void theRefusalOfAnotherFileSystemIsNotThatOfTheGrabBefore() {
        FakeTracefs fake = new FakeTracefs(dir, Level.GUARD);
        fake.ring("ordinary", 0)
                .entry(1000, Point.IGRAB, 7, ALIVE)
                .entry(2000, Point.IGRAB, 7, inode(0x1021994, 0, 0x20, 0));
        fake.ring("rare", 0).ret(2001, Point.IGRAB, 7, 0, 0x77).stack(2002, 7, 0x77);

        drain(fake);

        assertThat(cells).isEmpty();
    }

    /** Its return was missed by the probe, or read before it on another CPU. */
    @Test
    void anEntryWhoseReturnNeverCameIsALossAtLevelFullOnly() {
        for (Level level : List.of(Level.FULL, Level.GUARD)) {
            FakeTracefs fake = new FakeTracefs(dir.resolve(level.name()), level);
            fake.ring("ordinary", 0)
                    .entry(1000, Point.IGRAB, 7, ALIVE)
                    .entry(1010, Point.IGRAB, 7, ALIVE)
                    .ret(1012, Point.IGRAB, 7, INODE, 0x10);

            cells.clear();
            drain(fake);

            assertThat(cells)
                    .as("at level " + level)
                    .filteredOn(cell -> cell.startsWith("LOSS"))
                    .hasSize(level == Level.FULL ? 1 : 0)
                    .allMatch("LOSS PROBE_MISSED 1 cpu 0"::equals);
        }
    }

    @Test
    void aRefusalInsideInitMarksTheIoEndThatIgnoredIt() {
        FakeTracefs fake = new FakeTracefs(dir, Level.GUARD);
        fake.ring("ordinary", 0)
                .entry(1000, Point.IO_END_INIT, 7, inode(0, 0x20, 0))
                .entry(1001, Point.IGRAB, 7, inode(0, 0x20, 0));
        fake.ring("rare", 1).ret(1002, Point.IGRAB, 7, 0, 0x77).stack(1003, 7, 0x77, 0x78, 1, 2, 3, 4, 5);
        fake.ring("ordinary", 1)
                .ret(1005, Point.IO_END_INIT, 7, IO_END, 0x99)
                .entry(1006, Point.IO_END_FREE, 9, Map.of("io_end", IO_END, "caller", 1L))
                .entry(1007, Point.IO_END_FREE, 9, Map.of("io_end", 99L, "caller", 1L));

        drain(fake);

        assertThat(cells)
                .containsExactly(
                        "IGRAB 1001 i_count 0 I_FREEING|UNLINKED|REFUSED|IN_IO_END_INIT",
                        "COMM",
                        "STACK " + 0x77,
                        "STACK 5",
                        "IO_END_INIT 1000 i_count 0 I_FREEING|UNLINKED|REFUSED|BROKEN_RULE",
                        "IO_END_FREE 1006 i_count 0 0");
    }

    /**
     * While records of a page are still to be taken, others wait in the kernel, which counts these alone. All of them
     * must come before what another CPU sent later.
     */
    @Test
    void whatWaitsBehindThePageThatIsReadComesInTheOrderOfTimeToo() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        FakeTracefs.Pages ring = fake.ring("ordinary", 0);
        for (int i = 0; i < 5; i++) {
            ring.entry(1000 + i, Point.IPUT, 7, ALIVE);
        }
        ring.says(1); // the other four come while the page is read
        try (CpuStream stream = fake.openOne("ordinary/0", watch)) {
            stream.poll(5000);
            stream.fill(0);
            ring.newPage();
            for (int i = 0; i < 3; i++) {
                ring.entry(2000 + i, Point.IPUT, 7, ALIVE);
            }
            ring.says(3);
            fake.write();
            stream.poll(6000);
            int taken = 0;
            for (; stream.hasHead(); stream.fill(0)) {
                taken++;
                stream.advance();
            }

            assertThat(taken).isEqualTo(5);
            assertThat(stream.polledNs())
                    .as("said to be all there is up to then, while 3 events of before wait")
                    .isEqualTo(5000);
        }
    }

    /** Or it would come behind what other CPUs sent later. */
    @Test
    void atTheEndWhatCameSinceTheLastLookIsTakenToo() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        FakeTracefs.Pages ring = fake.ring("ordinary", 0);
        ring.entry(1000, Point.IPUT, 7, ALIVE).entry(1001, Point.IPUT, 7, ALIVE);
        try (CpuStream stream = fake.openOne("ordinary/0", watch)) {
            stream.poll(5000);
            stream.fill(0);
            ring.newPage().entry(2000, Point.IPUT, 7, ALIVE).says(1);
            fake.write();
            stream.last(6000);
            long takenNs = 0;
            for (; stream.hasHead(); stream.fill(0)) {
                takenNs = stream.headNs();
                stream.advance();
            }

            assertThat(takenNs).isEqualTo(2000);
        }
    }

    /** The count of what waits may say so for ever: then nobody may wait for it. */
    @Test
    void aLookThatShowsNothingIsNoLookOnce() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        fake.ring("ordinary", 0).says(1);
        try (CpuStream stream = fake.openOne("ordinary/0", watch)) {
            stream.last(9000);
            stream.poll(5000);
            stream.fill(0);
            assertThat(stream.polledNs()).isZero();
            stream.poll(6000);
            stream.fill(0);
            assertThat(stream.polledNs()).isEqualTo(6000);
        }
    }

    @Test
    void eventsThatComeBehindYoungerOnesAreCounted() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        fake.ring("ordinary", 0).entry(2000, Point.IPUT, 7, ALIVE);
        FakeTracefs.Pages late = fake.ring("ordinary", 1);

        try (Streams streams = fake.open(watch)) {
            while (cells.isEmpty()) {
                streams.drain(this::take);
            }
            assertThat(streams.late()).isZero();
            late.entry(1000, Point.IPUT, 7, ALIVE).entry(1500, Point.IPUT, 7, ALIVE);
            fake.write();
            streams.last();
            streams.drain(this::take);

            assertThat(streams.late()).isEqualTo(1);
        }
    }

    @Test
    void aBadPutComesWithTaskAndStackAndIsKnownToBeInsideTheFree() throws Exception {
        Files.createDirectories(dir.resolve("proc/9"));
        Files.writeString(dir.resolve("proc/9/status"), "Name:\tkworker/u4:1\nTgid:\t9\n");
        FakeTracefs fake = new FakeTracefs(dir, Level.GUARD);
        Map<String, Long> dead = new java.util.HashMap<>(inode(-1, 0x60, 0));
        dead.put("caller", 0x5010L);
        fake.ring("rare", 0).entry(1000, Point.IPUT, 9, dead).stack(1001, 9, 0x5010);

        drain(fake);

        assertThat(cells)
                .containsExactly(
                        "IPUT 1000 i_count -1 I_FREEING|I_CLEAR|UNLINKED|IN_IO_END_FREE|BROKEN_RULE",
                        "COMM",
                        "STACK " + 0x5010);
    }

    @Test
    void anEventWhoseStackIsMissingIsNotHeldBackByTheNext() {
        FakeTracefs fake = new FakeTracefs(dir, Level.GUARD);
        fake.ring("rare", 0)
                .entry(1000, Point.IPUT, 9, inode(0, 0, 1))
                .entry(1001, Point.IHOLD, 9, inode(0, 0, 1))
                .stack(1002, 9, 3);

        drain(fake);

        assertThat(cells)
                .containsExactly(
                        "IPUT 1000 i_count 0 BROKEN_RULE",
                        "COMM",
                        "IHOLD 1001 i_count 0 BROKEN_RULE",
                        "COMM",
                        "STACK 3");
    }

    @Test
    void nothingIsHandedOverWhileAnOlderEventMayStillCome() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        long nowNs = System.nanoTime() + 300_000_000;
        fake.ring("ordinary", 0).entry(nowNs, Point.IPUT, 7, ALIVE);
        fake.ring("ordinary", 1);

        try (Streams streams = fake.open(watch)) {
            assertThat(streams.drain(this::take)).isZero();
            while (System.nanoTime() - nowNs < Streams.COMMIT_NS + 2_000_000) {
                Thread.onSpinWait();
            }
            streams.drain(this::take);
        }

        assertThat(cells).hasSize(1);
    }

    @Test
    void whatFoundNoRoomIsLossOfItsCpu() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        fake.ring("ordinary", 1).entry(1000, Point.IPUT, 7, ALIVE).dropped = 23;

        drain(fake);

        assertThat(cells).containsExactly("LOSS RING_FULL 23 cpu 1", "IPUT 1000 i_count 2 0");
    }

    /** What is behind it would be judged as if nothing were missing. */
    @Test
    void lossIsToldBeforeWhatWasReadBehindIt() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        FakeTracefs.Pages ring = fake.ring("ordinary", 0);
        for (int i = 0; i < 64; i++) {
            ring.entry(1000 + i, Point.IPUT, 7, ALIVE);
        }

        try (Streams streams = fake.open(watch)) {
            streams.last();
            streams.drain(cell -> {
                if (cell.tsNs() == 1000) {
                    ring.newPage().entry(2000, Point.IHOLD, 7, ALIVE).says(1).dropped = 23;
                    fake.write();
                }
                take(cell);
            });
        }

        assertThat(cells.subList(63, cells.size()))
                .containsExactly("IPUT 1063 i_count 2 0", "LOSS RING_FULL 23 cpu 0", "IHOLD 2000 i_count 2 0");
    }

    @Test
    void aHundredThousandEventsAllocateNothing() {
        FakeTracefs fake = new FakeTracefs(dir, Level.FULL);
        for (int i = 0; i < 100_000; i++) {
            FakeTracefs.Pages ring = fake.ring("ordinary", i % 2);
            switch (i % 4) {
                case 0 -> ring.entry(1000 + i, Point.IGRAB, i + 1, ALIVE);
                case 1 -> ring.ret(1000 + i, Point.IGRAB, i, INODE, 5);
                default -> ring.entry(1000 + i, Point.IPUT, i, ALIVE);
            }
        }
        long[] seen = new long[1];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        try (Streams streams = fake.open(watch)) {
            streams.last();
            streams.drain(cell -> seen[0]++);
            streams.drain(cell -> seen[0]++);
            long before = threads.getCurrentThreadAllocatedBytes();
            while (streams.drain(cell -> seen[0]++) > 0) {
                assertThat(seen[0]).isPositive();
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            // A few objects per page and round for the channel; an object per event would be 1 MB and more.
            assertThat(seen[0]).isEqualTo(75_000);
            assertThat(allocated).isLessThan(400_000);
        }
    }
}
