package dev.iputrace.tracefs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundedTablesTest {
    /** CPUs are merged by time within a bound: the next life of an address can start before this one ends. */
    @Test
    void sentIoEndsAreCountedUpToTwoLivesOfAnAddress() {
        SentIoEnds table = new SentIoEnds();
        Map<Long, Integer> truth = new HashMap<>();
        Random random = new Random(3);
        for (int i = 0; i < 200_000; i++) {
            long ioEnd = 1L + random.nextInt(5000);
            int lives = truth.getOrDefault(ioEnd, 0);
            if (random.nextBoolean()) {
                table.add(ioEnd);
                truth.put(ioEnd, Math.min(lives + 1, 2));
            } else {
                assertThat(table.remove(ioEnd)).isEqualTo(lives > 0);
                truth.put(ioEnd, Math.max(lives - 1, 0));
            }
        }
    }

    @Test
    void tooManyIoEndsAreNotTakenIn() {
        SentIoEnds table = new SentIoEnds();
        for (long ioEnd = 1; ioEnd <= 1 << 17; ioEnd++) {
            table.add(ioEnd << 6);
        }

        assertThat(table.remove(1 << 6)).isTrue();
        assertThat(table.remove(1L << 23)).isFalse();
    }

    @Test
    void theNewestEarlyFreesAreKeptAndTakenInTheOrderOfTime() {
        EarlyFrees frees = new EarlyFrees();
        frees.add(7, 100, 0, 1, 0);
        for (int i = 0; i < 254; i++) {
            frees.add(8, 1000 - i, 0, 1, 0);
        }
        frees.add(7, 300, 3, 2, 5);

        assertThat(frees.take(7, 300)).isNegative();
        int at = frees.take(7, 100);
        assertThat(new long[] {frees.tsNs(at), frees.cpu(at), frees.tid(at), frees.caller(at)})
                .containsExactly(300, 3, 2, 5);
        assertThat(frees.take(7, 100)).isNegative();
        assertThat(frees.tsNs(frees.take(8, 0))).isEqualTo(747);
        frees.add(9, 1, 0, 1, 0);
        assertThat(frees.take(7, 0)).as("forgotten").isNegative();
    }

    @Test
    void aTaskHasOneOpenCallAndTheNewestOfManyTasksAreKept() {
        OpenCalls calls = new OpenCalls();
        for (int tid = 1; tid < 1_000_000; tid++) {
            calls.enter(tid, tid).inode = tid;
            calls.enter(tid, tid).inode = -tid;
        }

        assertThat(calls.leave(999_999))
                .satisfies(last -> assertThat(last.inode).isEqualTo(-999_999));
        assertThat(calls.find(999_999)).isNull();
        assertThat(calls.find(999_990)).isNotNull();
    }

    @Test
    void idleTasksOfDifferentCpusAreDifferentTasks() {
        assertThat(OpenCalls.task(0, 1)).isNotEqualTo(OpenCalls.task(0, 2)).isNotEqualTo(OpenCalls.task(1, 2));
        assertThat(OpenCalls.task(5, 1)).isEqualTo(OpenCalls.task(5, 2));
    }
}
