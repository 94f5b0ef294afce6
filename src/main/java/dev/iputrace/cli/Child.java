package dev.iputrace.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The command that {@code run} runs, with our stdin, stdout and stderr. A terminal sends SIGINT to it as well as to us;
 * SIGTERM and SIGHUP come to us alone and are passed on.
 */
final class Child {
    private static final int SIGINT = 2;
    /** A command that does not end after we were told to stop is left alone then. */
    private static final long PATIENCE_NS = 5_000_000_000L;

    private static final long AWAIT_MS = 50;

    private final Process process;
    private long toldNs;
    private long endedNs;

    private Child(Process process) {
        this.process = process;
    }

    /** @throws CommandException with 127 or 126 when it cannot be started */
    static Child start(List<String> command) {
        try {
            return new Child(new ProcessBuilder(command).inheritIO().start());
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            int code = message.contains("error=2,") ? ExitCode.NOT_FOUND : ExitCode.CANNOT_EXECUTE;
            throw new CommandException(code, "cannot run: " + message);
        }
    }

    /** False when it has ended, or was told to and takes no notice. */
    boolean goesOn(Stop stop) {
        if (!process.isAlive()) {
            return false;
        }
        if (!stop.asked()) {
            return true;
        }
        if (toldNs == 0) {
            toldNs = System.nanoTime();
            tell(stop.signal());
        }
        return System.nanoTime() - toldNs < PATIENCE_NS;
    }

    /** Returns when {@link #goesOn} says no. */
    void await(Stop stop) {
        try {
            while (goesOn(stop) && !process.waitFor(AWAIT_MS, TimeUnit.MILLISECONDS)) {}
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(int signal) {
        if (signal == SIGINT && Console.isTerminal(0)) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        } catch (IOException e) {
            process.destroy();
        }
    }

    /** True until so long after its end. */
    boolean settles(long seconds, Stop stop) {
        if (endedNs == 0) {
            endedNs = System.nanoTime();
        }
        return !stop.asked() && System.nanoTime() - endedNs < seconds * Seconds.NS;
    }

    /** As a shell has it: 128 + number when a signal killed it; that of the signal we got when it still runs. */
    int exitCode() {
        return process.isAlive() ? ExitCode.SIGNAL + SIGINT : process.exitValue();
    }
}
