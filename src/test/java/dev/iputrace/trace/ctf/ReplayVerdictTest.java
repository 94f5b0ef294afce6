package dev.iputrace.trace.ctf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Finding;
import dev.iputrace.check.Summary;
import dev.iputrace.check.Verdict;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.sim.SimOptions;
import dev.iputrace.sim.Simulator;
import dev.iputrace.sim.Workload;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A recording is judged as the run was that it is of. */
class ReplayVerdictTest {
    private static final int PAGE = CtfLayout.PACKET_SIZE;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatProbesMissedWeakensTheReplayAsItDidTheRun(long seed) throws IOException {
        SimOptions options = SimOptions.of(Era.SILENT, Workload.SEED, seed)
                .withEvents(20_000)
                .withFaults(Fault.MISSED_RETURNS)
                .withMissesPerMillion(50_000);
        Simulator simulator = new Simulator(options);
        List<String> run = new ArrayList<>();
        Summary ofRun;
        try (Recorder recorder = new Recorder(folder, simulator.provenance(), RecorderOptions.UNBOUNDED)) {
            ofRun = judged(simulator, recorder, run);
        }

        List<String> replay = new ArrayList<>();
        Summary ofReplay = judged(new RecordingSource(folder), cell -> {}, replay);

        assertThat(replay).isEqualTo(run).isNotEmpty();
        assertThat(ofReplay.verdict()).isEqualTo(ofRun.verdict());
        assertThat(ofReplay.rules()).isEqualTo(ofRun.rules());
        assertThat(ofReplay.reasons()).isEqualTo(ofRun.reasons());
    }

    /** Whatever is done to the pages of a clean run: the replay may not know, but it must not accuse, nor say OK. */
    @ParameterizedTest
    @EnumSource(Era.class)
    void aDamagedRecordingOfACleanRunAccusesNobody(Era era) throws IOException {
        Simulator simulator = new Simulator(SimOptions.of(era, Workload.SEED, 3).withEvents(6_000));
        try (Recorder recorder = new Recorder(folder, simulator.provenance(), RecorderOptions.UNBOUNDED)) {
            judged(simulator, recorder, new ArrayList<>());
        }
        Path stream = folder.resolve("cpu0");
        byte[] sound = Files.readAllBytes(stream);
        Random random = new Random(7);
        for (int i = 0; i < 400; i++) {
            String how = damage(stream, sound, random);
            List<String> findings = new ArrayList<>();
            RecordingSource source = new RecordingSource(folder);
            Summary summary = judged(source, cell -> {}, findings);

            assertThat(findings)
                    .as("%s, %d: %s", how, i, source.provenance().get("damage"))
                    .isEmpty();
            assertThat(summary.verdict()).as(how).isEqualTo(Verdict.UNKNOWN);
            assertThat(source.provenance().get("damage")).as(how).isNotNull();
        }
    }

    private static String damage(Path stream, byte[] sound, Random random) throws IOException {
        int pages = sound.length / PAGE;
        int first = random.nextInt(pages);
        int second = (first + 1 + random.nextInt(pages - 1)) % pages;
        int at = random.nextInt(sound.length);
        int count = 1 + random.nextInt(random.nextBoolean() ? 4 : 200);
        byte[] begin = Arrays.copyOf(sound, at);
        byte[] page = Arrays.copyOfRange(sound, first * PAGE, (first + 1) * PAGE);
        int how = random.nextInt(5);
        byte[] damaged = sound.clone();
        switch (how) {
            case 0 -> {
                System.arraycopy(sound, second * PAGE, damaged, first * PAGE, PAGE);
                System.arraycopy(page, 0, damaged, second * PAGE, PAGE);
            }
            case 1 ->
                damaged = join(begin, Arrays.copyOfRange(sound, Math.min(at + count, sound.length), sound.length));
            case 2 -> damaged = join(join(begin, new byte[count]), Arrays.copyOfRange(sound, at, sound.length));
            case 3 -> System.arraycopy(page, 0, damaged, second * PAGE, PAGE);
            default -> damaged = join(page, sound);
        }
        Files.write(stream, damaged);
        return "how=" + how + ", pages=" + first + " and " + second + ", byte=" + at + ", count=" + count;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static Summary judged(EventSource source, EventSink also, List<String> findings) {
        Checker checker =
                new Checker(source.provenance(), CheckerOptions.defaults(), found -> findings.add(text(found)));
        EventSink both = (EventView cell) -> {
            also.cell(cell);
            checker.cell(cell);
        };
        while (source.drain(both) != EventSource.END) {
            checker.flush();
        }
        source.stats(both);
        return checker.finish();
    }

    private static String text(Finding finding) {
        return finding.number() + " " + finding.rule() + " " + finding.strength() + " " + finding.whySuspect() + " "
                + finding.seen();
    }
}
