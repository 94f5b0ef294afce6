package dev.iputrace.bcc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jnr.ffi.Pointer;

/**
 * Main class of the process that compiles: libbcc brings LLVM with it, which takes 150 MB, changes the working
 * directory, and when it crashes takes its process along. So it has one of its own, which ends before the first event
 * is read. It creates no map and loads no program, and therefore needs no right on the host: what it hands over is a
 * file of instructions, so nothing of it has to outlive it, and no descriptor has to change hands.
 */
public final class Compiler {
    /** Exit code when the reason is on stderr, in one line that starts with {@link #COMPLAINT}. */
    static final int REFUSED = 4;

    static final String COMPLAINT = "iputrace-bcc: ";
    private static final long MS = 1_000_000;

    private final LibBcc libbcc;

    Compiler(LibBcc libbcc) {
        this.libbcc = libbcc;
    }

    /** Arguments: release, source folder, build folder, output file. Ends when stdin does: its parent is gone then. */
    public static void main(String[] args) {
        Thread watch = new Thread(Compiler::endWithParent, "parent watch");
        watch.setDaemon(true);
        watch.start();
        try {
            KernelHeaders headers = new KernelHeaders(args[0], Path.of(args[1]), Path.of(args[2]));
            Path file = Path.of(args[3]);
            // A crash would leave the unpacked library behind, if it were not in a folder that our parent removes.
            System.setProperty("jffi.extract.dir", String.valueOf(file.getParent()));
            long startNs = System.nanoTime();
            ProgramFile program = new Compiler(LibBcc.load(LibBcc.NAME)).compile(headers);
            program.write(file, provenance(headers, System.nanoTime() - startNs));
        } catch (BccException | IOException e) {
            System.err.println(COMPLAINT + e.getMessage());
            Runtime.getRuntime().halt(REFUSED);
        }
        // Not LLVM's destructors: the file is written.
        Runtime.getRuntime().halt(0);
    }

    private static void endWithParent() {
        try (InputStream in = System.in) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // As good as its end.
        }
        Runtime.getRuntime().halt(REFUSED);
    }

    /**
     * Compiles the program of this jar.
     *
     * @throws BccException when libbcc does not like it; it has said why on stderr
     */
    ProgramFile compile(KernelHeaders headers) {
        String[] flags = headers.flags(arch()).toArray(String[]::new);
        Pointer module = libbcc.bpf_module_create_c_from_string(SourceText.read(), 0, flags, flags.length, false, null);
        if (module == null) {
            throw new BccException("bcc: the program does not compile against these headers: dir=" + headers.build());
        }
        try {
            return new ProgramFile(headers.release(), functions(module));
        } finally {
            libbcc.bpf_module_destroy(module);
        }
    }

    private Map<String, byte[]> functions(Pointer module) {
        Map<String, byte[]> functions = new HashMap<>();
        long count = libbcc.bpf_num_functions(module);
        for (long i = 0; i < count; i++) {
            String name = libbcc.bpf_function_name(module, i);
            Pointer start = libbcc.bpf_function_start(module, name);
            byte[] code = new byte[(int) libbcc.bpf_function_size(module, name)];
            if (start != null) {
                start.get(0, code, 0, code.length);
                functions.put(name, code);
            }
        }
        return functions;
    }

    /** As the kernel names it in arch/. */
    private static String arch() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86";
    }

    private static String provenance(KernelHeaders headers, long compileNs) throws IOException {
        return "bcc.headers=" + headers.build() + "\nbcc.library=" + library() + "\nbcc.compile_ms=" + compileNs / MS
                + "\nbcc.compile_rss_kb=" + peakRssKb() + "\n";
    }

    /** The file that was loaded, as /proc says: its name has the version. */
    private static String library() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            int path = line.indexOf('/');
            if (path >= 0 && line.substring(path).contains("/libbcc.so")) {
                return line.substring(path);
            }
        }
        return "unknown";
    }

    private static String peakRssKb() throws IOException {
        List<String> words = new ArrayList<>(List.of("VmHWM:", "0"));
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                words = List.of(line.split("\\s+"));
            }
        }
        return words.get(1);
    }
}
