package dev.iputrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InodeStateTest {
    private static final long UNIT_NS = 1L << InodeState.SINCE_SHIFT;

    @Test
    void fieldsDoNotTouchEachOther() {
        long state = InodeState.born(0, InodeState.ALIVE, InodeState.DEV_MAX, 5 * UNIT_NS);
        state = InodeState.withIoEnds(state, InodeState.IO_ENDS_MAX);
        state = InodeState.withIdentity(state, 0x3ff);
        state = InodeState.inPhase(state, InodeState.DEAD, 7 * UNIT_NS);

        assertThat(InodeState.phase(state)).isEqualTo(InodeState.DEAD);
        assertThat(InodeState.dev(state)).isEqualTo(InodeState.DEV_MAX);
        assertThat(InodeState.ioEnds(state)).isEqualTo(InodeState.IO_ENDS_MAX);
        assertThat(InodeState.identity(state)).isEqualTo(0x3ff);
        assertThat(InodeState.generation(state)).isEqualTo(1);
        assertThat(InodeState.unitsSince(state, 9 * UNIT_NS)).isEqualTo(2);

        state = InodeState.withIoEnds(InodeState.withIdentity(state, 1), 0);
        assertThat(InodeState.phase(state)).isEqualTo(InodeState.DEAD);
        assertThat(InodeState.dev(state)).isEqualTo(InodeState.DEV_MAX);
        assertThat(InodeState.generation(state)).isEqualTo(1);
        assertThat(InodeState.identity(state)).isEqualTo(1);
    }

    @Test
    void aBirthForgetsTheLifeBeforeAndCountsIt() {
        long first = InodeState.withIoEnds(InodeState.born(0, InodeState.ALIVE, 1, 0), 3);
        long second = InodeState.born(InodeState.withIdentity(first, 9), InodeState.ALIVE, 2, UNIT_NS);

        assertThat(InodeState.generation(second)).isEqualTo(2);
        assertThat(InodeState.ioEnds(second)).isZero();
        assertThat(InodeState.identity(second)).isZero();
        assertThat(InodeState.dev(second)).isEqualTo(2);
    }

    @Test
    void livesStopCountingInsteadOfWrapping() {
        long state = 0;
        for (int i = 0; i < 5000; i++) {
            state = InodeState.born(state, InodeState.ALIVE, 0, 0);
        }

        assertThat(InodeState.generation(state)).isEqualTo(InodeState.GENERATION_MAX);
    }

    @Test
    void timeIsMeasuredAcrossTheWrapOf78Hours() {
        long nearWrap = (1L << 48) - UNIT_NS;
        long state = InodeState.born(0, InodeState.ALIVE, 0, nearWrap);

        assertThat(InodeState.unitsSince(state, nearWrap + 3 * UNIT_NS)).isEqualTo(3);
        assertThat(InodeState.unitsSince(state, nearWrap - UNIT_NS)).isEqualTo(-1);
        assertThat(InodeState.phaseBeganNs(state, nearWrap + 3 * UNIT_NS)).isEqualTo(nearWrap);
    }

    @Test
    void identityIsNeverTheUnknownOne() {
        for (int iIno = 0; iIno < 100_000; iIno++) {
            assertThat(InodeState.identity(8 << 20 | 1, iIno)).isBetween(1, 1023);
        }
    }
}
