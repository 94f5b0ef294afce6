package dev.iputrace.trace.ctf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Finding;
import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.sim.SimOptions;
import dev.iputrace.sim.Simulator;
import dev.iputrace.sim.Workload;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recording is judged as the run was that it is of. */
class ReplayVerdictTest {
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
