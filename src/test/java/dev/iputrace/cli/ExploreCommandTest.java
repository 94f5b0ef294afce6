package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExploreCommandTest {
    private int code;

    private String run(String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            code = Main.commandLine().execute(arguments);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void recordedScheduleIsJudgedViolation(@TempDir Path temp) {
        String trace = temp.resolve("trace").toString();

        String text = run("explore", "--nodelalloc", "--io-ends", "1", "-o", trace);

        assertThat(code).isEqualTo(ExitCode.VIOLATION);
        assertThat(text).contains("SIMULATED", "VIOLATION: R4 refusal-ignored", "24 steps", "^^^ breaks R4");
        String replayed = run("replay", trace);
        assertThat(code).isEqualTo(ExitCode.VIOLATION);
        assertThat(replayed).contains("R4 refusal-ignored", "verdict   VIOLATION");
        run("explore", "-o", trace);
        assertThat(code).as("not over another recording").isEqualTo(ExitCode.USAGE);
    }

    @Test
    void curedEraExitsWithZero() {
        String text = run("explore", "--era", "f7ad6d2e", "--io-ends", "1");

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(text).contains("the whole space was seen: none violates", "no finding");
    }

    @Test
    void aFaultThatCouldNotActIsNotVouchedFor() {
        String text = run("explore", "--era", "modern", "--io-ends", "1", "--fault", "ihold-on-zero");

        assertThat(code).isEqualTo(ExitCode.UNKNOWN);
        assertThat(text).contains("none violates", "but fault ihold-on-zero had no chance to act");
    }

    @Test
    void moreMemoryThanThereIsIsWrongUsage() {
        run("explore", "--memory", "64G");

        assertThat(code).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void boundExitsWithUnknown() {
        String text = run("explore", "--era", "modern", "--states", "500");

        assertThat(code).isEqualTo(ExitCode.UNKNOWN);
        assertThat(text).contains("NOT EXHAUSTED: the bound of 500 states").doesNotContain("none violates");
    }

    @Test
    void jsonIsOneObjectThatSaysItIsSimulated() {
        String json = run("explore", "--nodelalloc", "--io-ends", "1", "--json");

        assertThat(json.strip().lines()).hasSize(1);
        assertThat(json)
                .startsWith("{\"schema\":\"iputrace.explore/1\",\"source\":\"sim\",\"era\":\"rhel6-279\"")
                .contains("\"outcome\":\"violation\",\"exit\":10", "\"rules\":[\"R4\"]")
                .contains("{\"step\":24,\"task\":\"jbd2/sda3-8\",\"what\":\"init returns\"")
                .doesNotContain("\"step\":25");
    }

    @Test
    void suspicionLookedForIsNoViolation() {
        String text = run("explore", "--era", "f7ad6d2e", "--io-ends", "1", "--until", "R9");

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(text).contains("SUSPECT: R9 io_end-outlives-inode");
    }

    @Test
    void otherRuleThanTheOneSoughtStillViolates() {
        String text = run("explore", "--nodelalloc", "--io-ends", "1", "--until", "R5");

        assertThat(code).isEqualTo(ExitCode.VIOLATION);
        assertThat(text).contains("but never of what was looked for", "broken    R4");
    }

    @Test
    void nonsenseIsUsage() {
        run("explore", "--until", "R77");
        assertThat(code).isEqualTo(ExitCode.USAGE);
        run("explore", "--fault", "lost-events");
        assertThat(code).isEqualTo(ExitCode.USAGE);
        run("explore", "--inodes", "9");
        assertThat(code).isEqualTo(ExitCode.USAGE);
        run("explore", "--states", "0");
        assertThat(code).isEqualTo(ExitCode.USAGE);
    }
}
