package dev.iputrace.bench;

import dev.iputrace.agent.EpollWaiter;
import dev.iputrace.agent.RingMapping;
import dev.iputrace.agent.RingMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A running producer, in a process of its own, and its ring mapped here. */
public final class Rig implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final RingMapping mapping;
    private final String wakePipe;
    private final CompletableFuture<RigReport> report = new CompletableFuture<>();

    Rig(Process process, RigOptions options) {
        this.process = process;
        output = process.inputReader();
        try {
            RigReport hello = RigReport.parse(line());
            String fds = "/proc/" + hello.get("pid") + "/fd/";
            wakePipe = fds + hello.get("wake");
            mapping = RingMapping.ofFile(fds + hello.get("memfd"), options.ringBytes());
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw new BenchException("ring rig: cannot map its ring: " + e.getMessage(), e);
        }
    }

    private String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("it ended");
        }
        return line;
    }

    public RingMemory memory() {
        return mapping.memory();
    }

    /** Sleeps until the producer wakes us, by its rule. */
    public EpollWaiter epoll(BooleanSupplier maySleep, int timeoutMs) {
        return EpollWaiter.ofPipe(maySleep, timeoutMs, wakePipe);
    }

    /** Lets the producer go. */
    public void start() {
        try {
            OutputStream input = process.getOutputStream();
            input.write('\n');
            input.flush();
        } catch (IOException e) {
            throw new BenchException("ring rig: cannot start: " + e.getMessage(), e);
        }
        Thread waiting = new Thread(this::awaitReport, "ring-rig");
        waiting.setDaemon(true);
        waiting.start();
    }

    private void awaitReport() {
        try {
            report.complete(RigReport.parse(line()));
        } catch (IOException | RuntimeException e) {
            report.completeExceptionally(e);
        }
    }

    /** Whether the producer has committed its last event, or failed. */
    public boolean done() {
        return report.isDone();
    }

    /** What the producer did, once {@link #done}. */
    public RigReport report() {
        try {
            return report.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("ring rig: interrupted", e);
        } catch (ExecutionException e) {
            throw new BenchException("ring rig: " + e.getCause(), e);
        }
    }

    /** By closing its input only, so that it shows that it notices. */
    @Override
    public void close() {
        mapping.close();
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroyForcibly();
        }
    }

    /** Whether the process ends within so many seconds. */
    boolean ended(int seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }
}
