package dev.iputrace.model;

import static dev.iputrace.model.StatelessRules.R1;
import static dev.iputrace.model.StatelessRules.R2;
import static dev.iputrace.model.StatelessRules.R2W;
import static dev.iputrace.model.StatelessRules.R3;
import static dev.iputrace.model.StatelessRules.R4;
import static dev.iputrace.model.StatelessRules.R5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import org.junit.jupiter.api.Test;

class StatelessRulesTest {
    @Test
    void thePutterOwnsAReference() {
        assertThat(put(0, 1)).isZero();
        assertThat(put(0, 0)).isEqualTo(R1);
        assertThat(put(0, -3)).isEqualTo(R1);
        assertThat(StatelessRules.broken(OpCode.IPUT_NOT_LAST, 0, 0, 0)).isEqualTo(R1);
    }

    @Test
    void nobodyOwnsAReferenceToADyingInode() {
        assertThat(put(Flag.FREEING, 1)).isEqualTo(R2);
        assertThat(put(Flag.CLEAR, 1)).isEqualTo(R2);
        assertThat(put(Flag.FREEING | Flag.CLEAR, 0)).isEqualTo(R1 | R2);
        assertThat(put(Flag.UNLINKED, 1)).isZero();
    }

    @Test
    void willFreeIsOnlyAWarningAndNotBesideFreeing() {
        assertThat(put(Flag.WILL_FREE, 1)).isEqualTo(R2W);
        assertThat(put(Flag.WILL_FREE | Flag.FREEING, 1)).isEqualTo(R2);
    }

    @Test
    void aDyingInodeHasI_count0() {
        for (int op : new int[] {OpCode.EVICT, OpCode.CLEAR, OpCode.DEATH}) {
            assertThat(StatelessRules.broken(op, Flag.FREEING, 0, 0)).isZero();
            assertThat(StatelessRules.broken(op, Flag.FREEING, 1, 0)).isEqualTo(R3);
            assertThat(StatelessRules.broken(op, Flag.CLEAR, -1, 0)).isEqualTo(R3);
        }
        assertThat(StatelessRules.broken(OpCode.DEATH, 0, 1, 0))
                .as("loser of an iget race")
                .isZero();
    }

    @Test
    void ext4InitIoEndHeedsARefusal() {
        assertThat(StatelessRules.broken(OpCode.IO_END_INIT, Flag.REFUSED, 0, 0x40))
                .isEqualTo(R4);
        assertThat(StatelessRules.broken(OpCode.IO_END_INIT, Flag.REFUSED, 0, 0))
                .as("gave up")
                .isZero();
        assertThat(StatelessRules.broken(OpCode.IO_END_INIT, 0, 0, 0x40)).isZero();
    }

    @Test
    void theHolderOwnsAReference() {
        assertThat(StatelessRules.broken(OpCode.IHOLD, 0, 1, 0)).isZero();
        assertThat(StatelessRules.broken(OpCode.IHOLD, 0, 0, 0)).isEqualTo(R5);
    }

    @Test
    void igrabBirthAndFreeBreakNothingAlone() {
        for (int op : new int[] {OpCode.IGRAB, OpCode.BIRTH, OpCode.IO_END_FREE, OpCode.UMOUNT, 12, 31}) {
            assertThat(StatelessRules.broken(op, 0x7f, -1, 1)).isZero();
        }
    }

    @Test
    void rulesOfABitSetComeMostTellingFirst() {
        assertThat(Rule.of(R1 | R2 | R2W)).containsExactly(Rule.R2, Rule.R1, Rule.R2W);
        assertThat(Rule.values())
                .allSatisfy(rule -> assertThat(Rule.of(rule.bit())).containsExactly(rule));
    }

    private static int put(int flags, int iCount) {
        return StatelessRules.broken(OpCode.IPUT, flags, iCount, 0);
    }
}
