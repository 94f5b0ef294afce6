package dev.iputrace.cli;

import dev.iputrace.event.EventSource;
import dev.iputrace.explore.Schedule;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import java.io.IOException;
import java.nio.file.Path;

/** Writes the events of a schedule as a recording. */
final class ScheduleRecording {
    private ScheduleRecording() {}

    static void write(Path directory, Schedule schedule) {
        try (EventSource source = schedule.play();
                Recorder recorder =
                        new Recorder(directory, source.provenance(), new RecorderOptions(Long.MAX_VALUE, 1, false))) {
            while (source.drain(recorder) != EventSource.END) {}
            source.stats(recorder);
            String problem = recorder.problem();
            if (problem != null) {
                throw new CommandException(ExitCode.INTERNAL, problem);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandException(ExitCode.INTERNAL, String.valueOf(e.getMessage()));
        }
    }
}
