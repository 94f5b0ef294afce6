package dev.iputrace.tracefs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BoundedTablesTest {
    @Test
    void sentIoEndsAreASet() {
        SentIoEnds table = new SentIoEnds();
        Set<Long> truth = new HashSet<>();
        Random random = new Random(3);
        for (int i = 0; i < 200_000; i++) {
            long ioEnd = 1L + random.nextInt(5000);
            if (random.nextBoolean()) {
                assertThat(table.add(ioEnd)).isTrue();
                truth.add(ioEnd);
            } else {
                assertThat(table.remove(ioEnd)).isEqualTo(truth.remove(ioEnd));
            }
        }
    }

    @Test
    void tooManyIoEndsAreNotTakenIn() {
        SentIoEnds table = new SentIoEnds();
        for (long ioEnd = 1; ioEnd <= 1 << 17; ioEnd++) {
            assertThat(table.add(ioEnd << 6)).isEqualTo(ioEnd <= 1 << 14);
        }

        assertThat(table.remove(1 << 6)).isTrue();
        assertThat(table.remove(1L << 23)).isFalse();
    }

    @Test
    void aTaskHasOneOpenCallAndTheNewestOfManyTasksAreKept() {
        OpenCalls calls = new OpenCalls();
        for (int tid = 1; tid < 1_000_000; tid++) {
            calls.enter(tid, tid).inode = tid;
            calls.enter(tid, tid).inode = -tid;
        }

        assertThat(calls.forgotten())
                .as("half by the same task, the rest but for those kept by others")
                .isEqualTo(2 * 999_999L - 2048 * 8);
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
