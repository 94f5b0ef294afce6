package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.check.Verdict;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void violationComesBeforeWhatTheChildSays() {
        assertThat(ExitCode.of(Verdict.VIOLATION, 3)).isEqualTo(10);
        assertThat(ExitCode.of(Verdict.VIOLATION, 0)).isEqualTo(10);
    }

    @Test
    void childComesBeforeDoubt() {
        assertThat(ExitCode.of(Verdict.UNKNOWN, 143)).isEqualTo(143);
        assertThat(ExitCode.of(Verdict.UNKNOWN, 0)).isEqualTo(11);
        assertThat(ExitCode.of(Verdict.OK, 5)).isEqualTo(5);
    }

    @Test
    void cleanRunOfASuccessfulChildIsZero() {
        assertThat(ExitCode.of(Verdict.OK, 0)).isZero();
        assertThat(ExitCode.of(Verdict.SUSPECT, 0)).isZero();
    }
}
