package dev.iputrace.agent;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * native/agent.h, by JNA direct mapping. A handle is the address of a {@code struct iputrace_agent}. None of these is
 * called per event.
 */
final class AgentLibrary {
    /** Names a library file to load in place of the one in the jar. */
    static final String PATH_PROPERTY = "iputrace.library";

    static {
        register();
    }

    private AgentLibrary() {}

    static native long iputrace_agent_open(String options, byte[] err, long errSize);

    static native int iputrace_agent_ring_fd(long agent, int ring);

    static native long iputrace_agent_ring_size(long agent, int ring);

    static native int iputrace_agent_provenance(long agent, byte[] out, long size);

    static native int iputrace_agent_stats(long agent, long[] out, int cpusMax);

    static native int iputrace_agent_tick(long agent);

    static native void iputrace_agent_put_out(long agent, @Nullable String evidence, @Nullable String kmsg);

    static native int iputrace_agent_evidence(long agent, byte[] out, long size);

    static native int iputrace_agent_wait(long agent, int timeoutMs);

    static native void iputrace_agent_stop(long agent);

    static native void iputrace_agent_close(long agent);

    private static void register() {
        String path = System.getProperty(PATH_PROPERTY);
        if (path != null) {
            Native.register(AgentLibrary.class, NativeLibrary.getInstance(path));
            return;
        }
        Path extracted = extract(resource());
        try {
            Native.register(AgentLibrary.class, NativeLibrary.getInstance(extracted.toString()));
        } finally {
            // Mapped now; the file is not needed any more, whatever becomes of this process.
            extracted.toFile().delete();
        }
    }

    private static String resource() {
        String arch = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
        return "/native/linux-" + arch + "/libiputrace.so";
    }

    private static Path extract(String resource) {
        try (InputStream in = AgentLibrary.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new AgentException("agent: no native library for this machine: resource=" + resource
                        + ": build with 'make -C native', or name one with -D" + PATH_PROPERTY + "=FILE");
            }
            Path file = Files.createTempFile("libiputrace", ".so");
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new AgentException(
                    "agent: cannot unpack the native library: dir=" + System.getProperty("java.io.tmpdir") + ": " + e,
                    e);
        }
    }
}
