package dev.iputrace.bcc;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.types.size_t;
import jnr.ffi.types.u_int32_t;
import org.jspecify.annotations.Nullable;

/**
 * The functions of bcc_common.h that compile, in libbcc 0.10 and later. Loading is the agent's: the arguments of
 * {@code bcc_func_load} went from eleven to twelve under one soname, and the process that calls it has LLVM in it.
 */
@SuppressWarnings("checkstyle:MethodName")
public interface LibBcc {
    /** What {@link LibraryLoader} looks for: libbcc.so, or libbcc.so.N. */
    String NAME = "bcc";

    /**
     * Compiles; NULL when that fails, and then the compiler has said why on stderr. Changes the working directory while
     * it runs.
     */
    @Nullable
    Pointer bpf_module_create_c_from_string(
            String text,
            @u_int32_t int flags,
            String[] cflags,
            int cflagCount,
            boolean allowRlimit,
            @Nullable String device);

    void bpf_module_destroy(Pointer module);

    @size_t
    long bpf_num_functions(Pointer module);

    String bpf_function_name(Pointer module, @size_t long index);

    @Nullable
    Pointer bpf_function_start(Pointer module, String function);

    /** In bytes. */
    @size_t
    long bpf_function_size(Pointer module, String function);

    /**
     * Loads the library into this process, LLVM and all.
     *
     * @throws BccException naming the package to install
     */
    static LibBcc load(String name) {
        try {
            return LibraryLoader.create(LibBcc.class).failImmediately().load(name);
        } catch (LinkageError e) {
            String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new BccException(
                    "bcc: cannot load lib" + name + ".so: " + said
                            + ": install the package libbpfcc (Debian, Ubuntu) or bcc (Fedora, RHEL, SUSE)",
                    e);
        }
    }
}
