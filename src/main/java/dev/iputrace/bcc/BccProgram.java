package dev.iputrace.bcc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The probes, compiled for the running kernel by a child JVM ({@link Compiler}): a crash of the compiler is an exit
 * code here. The file lives until {@link #close}; the agent needs it only while it opens.
 */
public final class BccProgram implements AutoCloseable {
    /** LLVM takes a second; on an emulated or overloaded machine a minute. */
    private static final int TIME_LIMIT_S = 600;

    private static final int SIGNALLED = 128;
    private static final int COMPLAINTS_MAX = 5;

    private final Path directory;
    private final String release;

    private BccProgram(Path directory, String release) {
        this.directory = directory;
        this.release = release;
    }

    /**
     * Compiles for the running kernel.
     *
     * @throws BccException when headers or libbcc are missing, or the compiler failed
     */
    public static BccProgram compile() {
        Path root = Path.of("/");
        String release = runningRelease(root);
        BccProgram program = new BccProgram(makeDirectory(), release);
        return program.made(() -> KernelHeaders.find(root, release, System.getenv(), program.directory), javaCommand());
    }

    /** The same for the kernel whose headers are in this folder. */
    public static BccProgram compile(Path build) {
        return compile(KernelHeaders.in(build), javaCommand());
    }

    static BccProgram compile(KernelHeaders headers, List<String> command) {
        return new BccProgram(makeDirectory(), headers.release()).made(() -> headers, command);
    }

    private BccProgram made(Supplier<KernelHeaders> headers, List<String> command) {
        try {
            run(headers.get(), command);
            return this;
        } catch (IOException e) {
            close();
            throw new BccException("bcc: cannot start the compiler: command=" + command.get(0) + ": " + e, e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Of the only kernel that it is for. */
    public String release() {
        return release;
    }

    /** What {@code AgentOptions.program} takes. */
    public Path file() {
        return directory.resolve("program");
    }

    private static String runningRelease(Path root) {
        try {
            return Files.readString(root.resolve("proc/sys/kernel/osrelease")).strip();
        } catch (IOException e) {
            throw new BccException("bcc: cannot read /proc/sys/kernel/osrelease: " + e, e);
        }
    }

    /** Small: what takes memory in the child is LLVM. */
    static List<String> javaCommand() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Compiler.class.getName());
    }

    private static Path makeDirectory() {
        String in = System.getProperty("java.io.tmpdir");
        try {
            return WorkFolder.make(Path.of(in));
        } catch (IOException e) {
            throw new BccException("bcc: cannot make a folder: in=" + in + ": " + e, e);
        }
    }

    private void run(KernelHeaders headers, List<String> command) throws IOException {
        Path log = directory.resolve("log");
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(
                headers.release(), headers.source().toString(), headers.build().toString(), file().toString()));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .put(
                        KernelHeaders.ENVIRONMENT,
                        headers.source().toAbsolutePath().toString());
        Process process = builder.start();
        try {
            judge(process, log, headers);
        } finally {
            process.destroyForcibly();
        }
    }

    private void judge(Process process, Path log, KernelHeaders headers) throws IOException {
        int status;
        try {
            if (!process.waitFor(TIME_LIMIT_S, TimeUnit.SECONDS)) {
                throw new BccException("bcc: the compiler did not end within " + TIME_LIMIT_S + " s");
            }
            status = process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BccException("bcc: interrupted while compiling", e);
        }
        if (status == 0 && Files.exists(file())) {
            return;
        }
        List<String> complaints = complaints(log);
        if (status == Compiler.REFUSED && !complaints.isEmpty()) {
            throw new BccException(String.join("; ", complaints));
        }
        String how = status > SIGNALLED ? "signal=" + (status - SIGNALLED) : "exit code=" + status;
        throw new BccException("bcc: the compiler died: " + how + ", headers=" + headers.build()
                + (complaints.isEmpty() ? ", and said nothing" : ": " + String.join("; ", complaints)));
    }

    /** Our own last word first, then clang's errors; of a crash, the first lines. */
    private static List<String> complaints(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        List<String> complaints = new ArrayList<>();
        lines.stream()
                .filter(line -> line.startsWith(Compiler.COMPLAINT))
                .map(line -> line.substring(Compiler.COMPLAINT.length()))
                .forEach(complaints::add);
        lines.stream()
                .filter(line -> line.contains("error: "))
                .limit(COMPLAINTS_MAX)
                .forEach(complaints::add);
        if (complaints.isEmpty()) {
            lines.stream().limit(COMPLAINTS_MAX).forEach(complaints::add);
        }
        return complaints;
    }

    @Override
    public void close() {
        WorkFolder.remove(directory);
    }
}
