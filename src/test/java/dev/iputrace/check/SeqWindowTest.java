package dev.iputrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.check.Loss.Gap;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeqWindowTest {
    private final GapLog log = new GapLog();
    private final SeqWindow window = new SeqWindow(3, false, log);

    @Test
    void anUnbrokenRowHasNoGap() {
        for (int seq = 0; seq < 100_000; seq++) {
            assertThat(window.accept(seq, seq)).isTrue();
        }
        window.finish(true, 100_000);

        assertThat(window.lost()).isZero();
        assertThat(log.gaps()).isEmpty();
    }

    @Test
    void aHoleIsMissingUntilTheWindowHasPassedIt() {
        window.accept(0, 10);
        window.accept(4, 50);

        assertThat(window.missing()).isEqualTo(3);
        assertThat(window.missingWithin(20, 30)).isTrue();
        assertThat(window.missingWithin(50, 60)).isFalse();
        for (int seq = 5; seq < 5 + SeqWindow.SIZE; seq++) {
            window.accept(seq, 100 + seq);
        }
        assertThat(window.missing()).isZero();
        assertThat(window.lost()).isEqualTo(3);
        assertThat(log.gaps()).containsExactly(new Gap(3, 10, 50, 3));
    }

    @Test
    void aGapBeforeATimeThatCannotBeHasNoEnd() {
        window.accept(0, 10);
        window.accept(4, -7_552_127_411_636_732_410L);
        window.accept(5, 20);
        window.finish(true, 6);

        assertThat(log.gaps()).containsExactly(new Gap(3, 10, Long.MAX_VALUE, 3));
    }

    @Test
    void aNumberThatComesLateFillsItsHole() {
        window.accept(0, 10);
        window.accept(4000, 20);
        for (int seq = 1; seq < 4000; seq++) {
            assertThat(window.accept(seq, 10)).isTrue();
        }
        window.finish(true, 4001);

        assertThat(window.lost()).isZero();
        assertThat(log.gaps()).isEmpty();
    }

    @Test
    void aNumberThatComesTwiceIsACopy() {
        window.accept(0, 10);
        window.accept(1, 20);
        window.accept(3, 30);

        assertThat(window.accept(1, 20)).isFalse();
        assertThat(window.accept(3, 30)).isFalse();
        assertThat(window.accept(2, 25)).isTrue();
        assertThat(window.accept(2, 25)).isFalse();
        assertThat(window.duplicates()).isEqualTo(3);
        window.finish(true, 4);
        assertThat(window.lost()).isZero();
    }

    @Test
    void aNumberThatComesLaterThanTheWindowIsFoundAgain() {
        window.accept(1, 10);
        for (int seq = 2; seq < 2 + SeqWindow.SIZE; seq++) {
            window.accept(seq, 10);
        }
        assertThat(window.lost()).isEqualTo(1);

        assertThat(window.accept(0, 5)).isTrue();

        assertThat(window.lost()).isZero();
    }

    @Test
    void numbersWrap() {
        SeqWindow wrapping = new SeqWindow(0, true, log);
        for (int seq = -1000; seq < 1000; seq++) {
            if (seq % 100 != 1) {
                wrapping.accept(seq, 0);
            }
        }
        wrapping.finish(true, 1000);

        assertThat(wrapping.lost()).isEqualTo(10);
    }

    @Test
    void whatIsBeyondTheLastEventIsLostToo() {
        window.accept(0, 10);
        window.finish(true, 8);

        assertThat(window.lost()).isEqualTo(7);
        assertThat(log.gaps()).containsExactly(new Gap(3, 10, Long.MAX_VALUE, 7));
    }

    @Test
    void aHoleLargerThanTheWindowIsCountedAtOnce() {
        window.accept(0, 10);
        window.accept(1_000_000, 20);

        assertThat(window.lost() + window.missing()).isEqualTo(999_999);
        window.finish(true, 1_000_001);
        assertThat(window.lost()).isEqualTo(999_999);
        assertThat(log.gaps()).containsExactly(new Gap(3, 10, 20, 999_999));
    }

    @Test
    void aStreamMayBeginAnywhere() {
        SeqWindow any = new SeqWindow(0, true, log);
        any.accept(5000, 10);
        any.accept(4990, 5);
        any.accept(5001, 20);
        any.finish(true, 5002);

        assertThat(any.lost()).isEqualTo(9);
    }

    @Test
    void holesCloseInTimeAreOneGap() {
        for (int seq = 0; seq < 1000; seq += 2) {
            window.accept(seq, seq * 1000L);
        }
        window.accept(1001, 900_000_000);
        window.finish(false, 0);

        assertThat(log.gaps()).containsExactly(new Gap(3, 0, 998_000, 499), new Gap(3, 998_000, 900_000_000, 2));
    }

    @Test
    void gapsAreBoundedAndStillAddUp() {
        for (int seq = 0; seq < 4_000_000; seq += 2) {
            window.accept(seq, seq * 2_000_000L);
        }
        window.finish(true, 4_000_000);

        assertThat(log.gaps()).hasSizeLessThanOrEqualTo(256);
        assertThat(log.gaps().stream().mapToLong(Gap::count).sum()).isEqualTo(2_000_000);
        assertThat(window.lost()).isEqualTo(2_000_000);
    }

    /** tried - received is exact, whatever is lost, copied or late; copies are told within the window. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void lossIsExactUnderRandomLossAndDisorder(long seed) {
        Random random = new Random(seed);
        int tried = 60_000;
        BitSet sent = new BitSet(tried);
        int[] order = new int[tried];
        int[] due = new int[tried];
        int count = 0;
        double lossRate = random.nextDouble() * 0.5;
        int lateMax = 1 + random.nextInt(SeqWindow.SIZE / 2);
        for (int seq = 0; seq < tried; seq++) {
            if (random.nextDouble() >= lossRate) {
                due[seq] = seq + (random.nextInt(10) == 0 ? random.nextInt(lateMax) - lateMax / 2 : random.nextInt(3));
                order[count++] = seq;
            }
        }
        Integer[] arriving = java.util.Arrays.stream(order, 0, count).boxed().toArray(Integer[]::new);
        java.util.Arrays.sort(arriving, java.util.Comparator.comparingInt(seq -> due[seq]));

        int copies = 0;
        for (int seq : arriving) {
            assertThat(window.accept(seq, seq)).isTrue();
            sent.set(seq);
            if (random.nextInt(100) == 0) {
                assertThat(window.accept(seq, seq)).isFalse();
                copies++;
            }
        }
        window.finish(true, tried);

        assertThat(window.lost()).isEqualTo(tried - sent.cardinality());
        assertThat(window.duplicates()).isEqualTo(copies);
        assertThat(window.missing()).isZero();
        assertThat(log.gaps().stream().mapToLong(Gap::count).sum()).isEqualTo(window.lost());
    }
}
