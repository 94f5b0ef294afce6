package dev.iputrace.cli;

import dev.iputrace.event.EventSource;
import dev.iputrace.explore.Schedule;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes the events of a schedule as a recording. */
final class ScheduleRecording {
    private ScheduleRecording() {}

    /** Says so before a long search when there will be no place to write to. */
    static void check(Path directory) {
        try (Stream<Path> files = Files.isDirectory(directory) ? Files.list(directory) : Stream.empty()) {
            if (files.findAny().isPresent() || (Files.exists(directory) && !Files.isDirectory(directory))) {
                throw new CommandException(
                        ExitCode.USAGE, "-o: want a directory to make, or an empty one: path=" + directory);
            }
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "-o: cannot read: path=" + directory + ": " + Reason.of(e));
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "-o: cannot make: path=" + directory + ": " + Reason.of(e));
        }
    }

    /** Returns why it could not be written, or null. */
    static @Nullable String write(Path directory, Schedule schedule) {
        try (EventSource source = schedule.play();
                Recorder recorder =
                        new Recorder(directory, source.provenance(), new RecorderOptions(Long.MAX_VALUE, 1, false))) {
            while (source.drain(recorder) != EventSource.END) {}
            source.stats(recorder);
            new KeptSymbols(KeptSymbols.From.symbols(schedule.symbols()), directory).close();
            return recorder.problem();
        } catch (IOException e) {
            return "cannot record: path=" + directory + ": " + Reason.of(e);
        }
    }
}
