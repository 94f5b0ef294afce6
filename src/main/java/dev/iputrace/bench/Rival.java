package dev.iputrace.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Other programs that read or check the same events, each by its own CPU time. */
final class Rival {
    private static final String PYTHON = """
            import struct, sys
            inodes, live, seq, events, bad = {}, {}, {}, 0, 0
            with open(sys.argv[1], "rb") as f:
                while True:
                    block = f.read(1 << 22)
                    if not block:
                        break
                    for ts, op, flags, cpu, n, inode, io_end, ino, caller, dev, count, state, tid in struct.iter_unpack(
                            "<QBBHIQQQQIiII", block):
                        events += 1
                        seq[cpu] = n
                        if inode:
                            inodes[inode] = (ino, ts)
                        if op == 2 and (count < 1 or flags & 5):
                            bad += 1
                        elif op == 3:
                            live[io_end] = inode
                        elif op == 4:
                            live.pop(io_end, None)
            print(events, bad)
            """;

    private static final String AWK =
            "{ events++; for (i = 7; i <= NF; i++) if ($i ~ /^i_count=/) { c = substr($i, 9) + 0; break }"
                    + " if ($5 == \"iput:\" && c < 1) bad++ } END { print events, bad + 0 }";

    private Rival() {}

    static TraceBench.Run python(Path cells) {
        return timed(List.of("python3", "-c", PYTHON, cells.toString()));
    }

    static TraceBench.Run mawk(Path text) {
        return timed(List.of("mawk", AWK, text.toString()));
    }

    /** Under a memory limit, with its counter: the count must be ours. */
    static TraceBench.Run babeltrace(Path recording, long events) {
        String[] out = output(List.of(
                        "bash",
                        "-c",
                        "ulimit -v 4000000; TIMEFORMAT='%U %S'; time babeltrace2 $0 -c sink.utils.counter 2>/dev/null",
                        recording.toString()))
                .split("\\s+");
        double seconds = Double.parseDouble(out[out.length - 2]) + Double.parseDouble(out[out.length - 1]);
        for (int i = 1; i < out.length; i++) {
            if (out[i].equals("Event") && out[i - 1].replace(",", "").equals(Long.toString(events))) {
                return new TraceBench.Run(events, -1, seconds);
            }
        }
        throw new BenchException("bench: babeltrace2 counts otherwise: " + String.join(" ", out));
    }

    /** A program that prints events, violations and its own CPU seconds. */
    static TraceBench.Run run(List<String> command) {
        String[] numbers = output(command).split("\\s+");
        return new TraceBench.Run(
                Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Double.parseDouble(numbers[2]));
    }

    /** The same for one that does not time itself: user and system time, its start included. */
    private static TraceBench.Run timed(List<String> command) {
        List<String> shell =
                new java.util.ArrayList<>(List.of("bash", "-c", "TIMEFORMAT='%U %S'; time \"$@\"", "bench"));
        shell.addAll(command);
        String[] numbers = output(shell).split("\\s+");
        return new TraceBench.Run(
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1]),
                Double.parseDouble(numbers[2]) + Double.parseDouble(numbers[3]));
    }

    private static String output(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchException("bench: rival failed: " + command.get(0) + ": " + output);
            }
            return output.strip();
        } catch (IOException e) {
            throw new BenchException("bench: rival not installed: " + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("bench: interrupted", e);
        }
    }
}
