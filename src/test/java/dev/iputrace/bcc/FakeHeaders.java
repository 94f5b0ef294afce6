package dev.iputrace.bcc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Headers of a kernel that does not exist: as little as libbcc and the program ask for, with fields of struct inode at
 * offsets that no kernel has, so that what is found in the machine code can only come from here.
 */
final class FakeHeaders {
    static final String RELEASE = "6.99.0-fake";
    static final int STATE_OFFSET = 0x1230;
    static final int COUNT_OFFSET = 0x2340;

    private FakeHeaders() {}

    /** In one folder. */
    static Path whole(Path folder, String state, String bits) throws IOException {
        source(folder, state, bits);
        build(folder, RELEASE);
        return folder;
    }

    /** What depends on the version only. */
    static void source(Path folder, String state, String bits) throws IOException {
        write(folder, "include/linux/kconfig.h", "#include <generated/autoconf.h>\n");
        write(folder, "include/linux/log2.h", "");
        write(folder, "include/uapi/linux/bpf.h", ""); // libbcc brings its own
        write(folder, "include/uapi/linux/if_packet.h", "");
        write(folder, "arch/x86/include/asm/page.h", "");
        write(folder, "arch/arm64/include/asm/page.h", "");
        write(folder, "include/linux/bpf_common.h", "#include </usr/include/linux/bpf_common.h>\n");
        write(folder, "include/linux/types.h", """
                #ifndef FAKE_TYPES_H
                #define FAKE_TYPES_H
                typedef unsigned char u8, __u8; typedef unsigned short u16, __u16, __be16, __sum16;
                typedef unsigned int u32, __u32, __be32, __wsum; typedef int s32, __s32; typedef signed char __s8;
                typedef unsigned long long u64, __u64, __be64; typedef long long s64, __s64; typedef short __s16;
                typedef unsigned long size_t, uintptr_t; typedef _Bool bool;
                typedef __u64 __attribute__((aligned(8))) __aligned_u64;
                typedef struct { int counter; } atomic_t;
                #define NULL ((void *)0)
                #define __always_inline inline __attribute__((always_inline))
                #endif
                """);
        write(folder, "include/uapi/linux/ptrace.h", """
                struct pt_regs { unsigned long di, si, dx, cx, r8, r9, ax, sp, ip, bp, regs[31], pc; };
                """);
        write(folder, "include/linux/fs.h", """
                #include <linux/types.h>
                %s
                struct head { __u64 first; };
                struct tagged { struct head; __u64 second; };
                _Static_assert(sizeof(struct tagged) == 16, "as with -fms-extensions");
                struct super_block { char a[16]; __u32 s_dev; char b[72]; unsigned long s_magic; };
                struct inode {
                    struct super_block *i_sb; unsigned long i_ino; char a[0x1230 - 16];
                    %s; char b[0x2340 - 0x1230 - sizeof(__u64)] __attribute__((aligned(8)));
                    atomic_t i_count; union { const unsigned int i_nlink; unsigned int __i_nlink; };
                };
                """.formatted(bits, state));
    }

    /** What depends on how it was configured. */
    static void build(Path folder, String release) throws IOException {
        write(folder, "include/generated/autoconf.h", "#define CONFIG_BPF_SYSCALL 1\n");
        write(folder, "include/generated/utsrelease.h", "#define UTS_RELEASE \"" + release + "\"\n");
        write(folder, "include/generated/uapi/linux/version.h", """
                #define LINUX_VERSION_CODE 0x066300
                #define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))
                """);
    }

    static void write(Path folder, String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
