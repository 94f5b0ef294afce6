package dev.iputrace.cli;

import dev.iputrace.event.EventSource;
import dev.iputrace.trace.TraceFormatException;
import dev.iputrace.trace.input.Filter;
import dev.iputrace.trace.input.FilteredSource;
import dev.iputrace.trace.input.Inputs;
import dev.iputrace.trace.text.ImportOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a trace is read, and which part of it. */
final class InputOptions {
    @Option(
            names = "--kernel",
            paramLabel = "RELEASE",
            description = "Release of the kernel that a text trace is of (uname -r): it gives the bits of i_state."
                    + " Default: what the trace says, if it does.")
    @Nullable
    String kernel;

    @Option(
            names = "--map",
            paramLabel = "OP=EVENT",
            description = "EVENT of a text trace is OP: iput, igrab, igrab_ret, io_end_init, ... Repeat as needed.")
    Map<String, String> events = new LinkedHashMap<>();

    @Option(
            names = "--field",
            paramLabel = "FIELD=KEY",
            description = "KEY of a text trace is FIELD: inode, i_count, i_state, i_ino, i_nlink, s_dev, io_end, ret.")
    Map<String, String> fields = new LinkedHashMap<>();

    @Option(
            names = "--stats",
            paramLabel = "FILE",
            description =
                    "per_cpu/cpu*/stats of the ftrace ring, read after the trace: they vouch that it is complete.")
    List<Path> stats = new ArrayList<>();

    /** Set by the command, whose words for it differ: export has another --to. */
    @Nullable
    Double from;

    @Nullable
    Double to;

    @Option(names = "--inode", paramLabel = "I_INO", description = "Only events of inodes with this number.")
    @Nullable
    Long iIno;

    @Option(names = "--dev", paramLabel = "MAJ:MIN", description = "Only events on this device.")
    @Nullable
    String dev;

    EventSource open(String name) {
        try {
            EventSource source = Inputs.open(name, toImport());
            Filter filter = filter();
            return filter.equals(Filter.ALL) ? source : new FilteredSource(source, filter);
        } catch (TraceFormatException e) {
            throw new CommandException(ExitCode.BAD_INPUT, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandException(ExitCode.BAD_INPUT, "cannot read: path=" + name + ": " + Reason.of(e));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private ImportOptions toImport() {
        Map<String, String> opsByEvent = new LinkedHashMap<>();
        events.forEach((op, event) -> opsByEvent.put(event.substring(event.lastIndexOf(':') + 1), op));
        return new ImportOptions(opsByEvent, fields, kernel, stats);
    }

    private Filter filter() {
        if (from != null && to != null && from > to) {
            throw new CommandException(ExitCode.USAGE, "no such time: from=" + from + ", to=" + to);
        }
        return new Filter(ns(from), ns(to), iIno, dev == null ? null : sDev(dev));
    }

    private static @Nullable Long ns(@Nullable Double seconds) {
        return seconds == null ? null : Math.round(seconds * 1e9);
    }

    private static int sDev(String dev) {
        String[] numbers = dev.split(":");
        try {
            if (numbers.length == 2) {
                return (Integer.parseInt(numbers[0]) << 20) | Integer.parseInt(numbers[1]);
            }
        } catch (NumberFormatException e) {
            throw new CommandException(ExitCode.USAGE, "bad device: dev=" + dev + ", want MAJ:MIN");
        }
        throw new CommandException(ExitCode.USAGE, "bad device: dev=" + dev + ", want MAJ:MIN");
    }
}
