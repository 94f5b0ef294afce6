package dev.iputrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.event.OpCode;
import dev.iputrace.model.InodeState;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TablesTest {
    private static final long BASE = 0xffff888000000000L;

    @Test
    void historyIsInTheOrderOfTime() {
        CellRing ring = new CellRing(1024);
        Cell cell = new Cell();
        long[] times = {30, 10, 20, 40};
        for (int seq = 0; seq < times.length; seq++) {
            cell.writer.begin(0, times[seq], OpCode.IPUT, 0, 0, seq).inode(BASE, 12, 1);
            ring.add(cell.view());
        }
        ring.judged(times.length);

        assertThat(ring.history(BASE, 3)).extracting(Seen::tsNs).containsExactly(10L, 20L, 40L);
        assertThat(ring.history(BASE + 64, 3)).isEmpty();
    }

    @Test
    void inodeTableAgreesWithAHashMap() {
        InodeTable table = new InodeTable(1 << 20);
        Map<Long, Long> map = new HashMap<>();
        Random random = new Random(1);
        for (int i = 0; i < 300_000; i++) {
            long inode = BASE + 1088L * random.nextInt(50_000);
            table.state(table.obtain(inode), i);
            map.put(inode, (long) i);
        }

        assertThat(table.size()).isEqualTo(map.size());
        map.forEach((inode, state) -> assertThat(table.state(table.find(inode))).isEqualTo(state));
        assertThat(table.find(BASE + 1)).isEqualTo(InodeTable.ABSENT);
    }

    @Test
    void fullInodeTableForgetsTheDeadFirstAndCounts() {
        InodeTable table = new InodeTable(1000);
        long alive = InodeState.born(0, InodeState.ALIVE, 0, 0);
        long dead = InodeState.inPhase(alive, InodeState.DEAD, 0);
        long busy = InodeState.withIoEnds(alive, 1);
        for (int i = 0; i < 1000; i++) {
            table.state(table.obtain(BASE + 1088L * i), i % 10 == 0 ? busy : i % 2 == 0 ? dead : alive);
        }
        for (int i = 1000; i < 1300; i++) {
            table.state(table.obtain(BASE + 1088L * i), alive);
        }

        assertThat(table.size()).isEqualTo(1000);
        assertThat(table.evicted()).isEqualTo(300);
        int left = 0;
        for (int i = 0; i < 1000; i++) {
            int at = table.find(BASE + 1088L * i);
            if (i % 10 == 0 || i % 2 == 1) {
                assertThat(at).isNotEqualTo(InodeTable.ABSENT);
            }
            left += at != InodeTable.ABSENT ? 1 : 0;
        }
        assertThat(left).isEqualTo(700);
    }

    @Test
    void evictionKeepsEveryOtherInodeFindable() {
        InodeTable table = new InodeTable(5000);
        Random random = new Random(2);
        for (int i = 0; i < 200_000; i++) {
            long inode = BASE + 1088L * random.nextInt(20_000);
            int at = table.obtain(inode);
            assertThat(table.inode(at)).isEqualTo(inode);
            table.state(at, inode << 8);
        }

        long found = 0;
        for (int at = 0; at < table.end(); at += InodeTable.SLOT_LONGS) {
            long inode = table.inode(at);
            if (inode != 0) {
                found++;
                assertThat(table.find(inode)).isEqualTo(at);
                assertThat(table.state(at)).isEqualTo(inode << 8);
            }
        }
        assertThat(found).isEqualTo(table.size()).isEqualTo(5000);
    }

    @Test
    void aTrackedInodeTakesAtMost64Bytes() {
        InodeTable table = new InodeTable(1 << 24);
        for (int i = 0; i < 3_000_000; i++) {
            table.obtain(BASE + 1088L * i);
            if (i > 1000) {
                assertThat(table.bytes()).isLessThanOrEqualTo(64 * table.size());
            }
        }
    }

    @Test
    void ioEndTableAgreesWithAHashMap() {
        IoEndTable table = new IoEndTable(1 << 20);
        Map<Long, Long> map = new HashMap<>();
        Random random = new Random(3);
        for (int i = 0; i < 200_000; i++) {
            long ioEnd = BASE + 64L * random.nextInt(20_000);
            boolean live = random.nextBoolean();
            table.set(table.obtain(ioEnd), i, i, live ? IoEndTable.LIVE : 0, 7);
            map.put(ioEnd, live ? (long) i : -(long) i);
        }

        map.forEach((ioEnd, value) -> {
            int at = table.find(ioEnd);
            assertThat(table.inode(at)).isEqualTo(Math.abs(value));
            assertThat(table.generation(at)).isEqualTo(7);
            assertThat(table.has(at, IoEndTable.LIVE)).isEqualTo(value > 0);
        });
        assertThat(table.live())
                .isEqualTo(map.values().stream().filter(value -> value > 0).count());
    }

    @Test
    void fullIoEndTableForgetsTheFreedFirst() {
        IoEndTable table = new IoEndTable(100);
        for (int i = 0; i < 100; i++) {
            table.set(table.obtain(BASE + 64L * i), 1, 1, i < 50 ? IoEndTable.LIVE : 0, 1);
        }
        for (int i = 100; i < 150; i++) {
            table.set(table.obtain(BASE + 64L * i), 1, 1, IoEndTable.LIVE, 1);
        }
        assertThat(table.evicted()).isZero();
        assertThat(table.live()).isEqualTo(100);

        table.set(table.obtain(BASE + 64L * 200), 1, 1, IoEndTable.LIVE, 1);

        assertThat(table.evicted()).isEqualTo(1);
        assertThat(table.live()).isEqualTo(100);
    }

    @Test
    void callersThatDoNotFitAreCountedAsOne() {
        CallSites sites = new CallSites();
        for (int i = 1; i <= 5000; i++) {
            sites.count(i * 0x40L, CallSites.GRABBED);
        }
        sites.count(0, CallSites.REFUSED);

        assertThat(sites.summary().stream().mapToLong(CallSite::grabbed).sum()).isEqualTo(5000);
        assertThat(sites.summary()).anySatisfy(site -> {
            assertThat(site.caller()).isZero();
            assertThat(site.refused()).isEqualTo(1);
        });
        assertThat(sites.summary()).hasSizeLessThanOrEqualTo(1025);
    }
}
