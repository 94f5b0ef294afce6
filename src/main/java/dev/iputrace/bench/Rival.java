package dev.iputrace.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Other programs that read or check the same events, each by its own CPU time, its start included. */
final class Rival {
    /** The rules that the data can break, as one would write them in a script. */
    private static final String PYTHON = """
            import struct, sys
            lives, io_ends, seqs, sites, events, bad, lost = {}, {}, {}, {}, 0, 0, 0
            with open(sys.argv[1], "rb") as f:
                while True:
                    block = f.read(1 << 22)
                    if not block:
                        break
                    for ts, op, flags, cpu, seq, inode, io_end, ino, caller, dev, count, state, tid in \\
                            struct.iter_unpack("<QBBHIQQQQIiII", block):
                        events += 1
                        lost += seq - seqs.get(cpu, 0)
                        seqs[cpu] = seq + 1
                        if op <= 2:
                            life = lives.get(inode)
                            if life and life[0] == 8 and flags & 4:
                                bad += 1
                                life[0] = 0
                            elif life:
                                life[1] = ino
                            sites[caller] = sites.get(caller, 0) + 1
                            if op == 2 and (count < 1 or flags & 5):
                                bad += 1
                        elif op == 3:
                            io_ends[io_end] = inode
                        elif op == 4:
                            if io_ends.get(io_end, 0) == 0:
                                bad += 1
                            io_ends[io_end] = 0
                        else:
                            lives[inode] = [op, ino]
            print(events, bad)
            """;

    private static final String AWK =
            "{ events++; for (i = 7; i <= NF; i++) if ($i ~ /^i_count=/) { c = substr($i, 9) + 0; break }"
                    + " if ($5 == \"iput:\" && c < 1) bad++ } END { print events, bad + 0 }";

    private Rival() {}

    static boolean isInstalled(String program) {
        for (String folder :
                System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /** Debian's packages of them have their names. */
    static String leftOut(String program) {
        return "left out: " + program + " is not installed: apt-get install " + program;
    }

    static List<String> pythonCommand(Path cells) {
        return List.of("python3", "-c", PYTHON, cells.toString());
    }

    static Measured python(Path cells) {
        return timed(pythonCommand(cells));
    }

    static Measured mawk(Path text) {
        return timed(List.of("mawk", AWK, text.toString()));
    }

    /** Copies the file, by read and write: the least that recording it can cost. */
    static Measured cat(Path from, Path to, long events) {
        double seconds = cpuSeconds(List.of("bash", "-c", "cat \"$0\" >\"$1\"", from.toString(), to.toString()))
                .seconds();
        return Measured.all(events, -1, seconds);
    }

    /** Reads and counts, no more, under a memory limit. */
    static Measured babeltraceCounter(Path recording, long events) {
        Output output = babeltrace(recording, "sink.utils.counter");
        String[] words = output.text().split("\\s+");
        for (int i = 1; i < words.length; i++) {
            if (words[i].equals("Event") && words[i - 1].replace(",", "").equals(Long.toString(events))) {
                return Measured.all(events, -1, output.seconds());
            }
        }
        throw new BenchException("bench: babeltrace2 counts otherwise: want=" + events + ": " + output.text());
    }

    /** Reads only; says nothing, so that its count cannot be compared. */
    static Measured babeltraceDummy(Path recording, long events) {
        return Measured.all(
                events, -1, babeltrace(recording, "sink.utils.dummy").seconds());
    }

    /** Reads and writes CTF. */
    static Measured babeltraceCopy(Path from, Path to, long events) {
        List<String> command = List.of(
                "bash", "-c", "ulimit -v 4000000; exec babeltrace2 $0 -o ctf -w $1", from.toString(), to.toString());
        return Measured.all(events, -1, cpuSeconds(command).seconds());
    }

    private static Output babeltrace(Path recording, String sink) {
        return cpuSeconds(
                List.of("bash", "-c", "ulimit -v 4000000; exec babeltrace2 $0 -c " + sink, recording.toString()));
    }

    /** A program that prints events, violations and the CPU seconds of all events but the first. */
    static Measured reference(List<String> command, long unmeasured) {
        String[] numbers = output(command).split("\\s+");
        long events = Long.parseLong(numbers[0]);
        return new Measured(events, Long.parseLong(numbers[1]), events - unmeasured, Double.parseDouble(numbers[2]));
    }

    /** One that prints events and violations. */
    private static Measured timed(List<String> command) {
        Output output = cpuSeconds(command);
        String[] numbers = output.text().split("\\s+");
        return Measured.all(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), output.seconds());
    }

    private record Output(String text, double seconds) {}

    /** User and system time of a command and its children, as the shell counts it. */
    private static Output cpuSeconds(List<String> command) {
        List<String> shell = new ArrayList<>(List.of("bash", "-c", "TIMEFORMAT='%U %S'; time \"$@\"", "bench"));
        shell.addAll(command);
        String text = output(shell);
        int line = text.lastIndexOf('\n');
        String[] seconds = text.substring(line + 1).split(" ");
        return new Output(
                text.substring(0, Math.max(line, 0)).strip(),
                Math.max(Double.parseDouble(seconds[0]) + Double.parseDouble(seconds[1]), 0.001));
    }

    private static String output(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchException("bench: rival failed: " + command.get(0) + ": " + output);
            }
            return output.strip();
        } catch (IOException e) {
            throw new BenchException("bench: rival cannot be started: " + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("bench: interrupted", e);
        }
    }
}
