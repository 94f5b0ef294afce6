package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.check.Verdict;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void violationComesBeforeWhatTheChildSays() {
        assertThat(ExitCode.withChild(ExitCode.of(Verdict.VIOLATION, true), 3)).isEqualTo(10);
        assertThat(ExitCode.withChild(ExitCode.of(Verdict.VIOLATION, false), 0)).isEqualTo(10);
    }

    @Test
    void childComesBeforeDoubt() {
        assertThat(ExitCode.withChild(ExitCode.of(Verdict.UNKNOWN, false), 143)).isEqualTo(143);
        assertThat(ExitCode.withChild(ExitCode.of(Verdict.UNKNOWN, false), 0)).isEqualTo(11);
        assertThat(ExitCode.withChild(ExitCode.of(Verdict.OK, true), 5)).isEqualTo(5);
    }

    @Test
    void cleanRunOfASuccessfulChildIsZero() {
        assertThat(ExitCode.withChild(ExitCode.of(Verdict.OK, true), 0)).isZero();
        assertThat(ExitCode.withChild(ExitCode.of(Verdict.SUSPECT, true), 0)).isZero();
    }

    @Test
    void aSuspicionDoesNotHideThatSomethingWasLost() {
        assertThat(ExitCode.of(Verdict.SUSPECT, false)).isEqualTo(11);
    }
}
