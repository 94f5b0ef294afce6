package dev.iputrace.bcc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Headers of the running kernel, in one folder or, as Debian and SUSE package them, in two.
 *
 * @param release of the kernel, as {@code uname -r}
 * @param source holds include/linux: what is the same for all flavours of a kernel
 * @param build holds include/generated; the same folder where headers are not split
 */
record KernelHeaders(String release, Path source, Path build) {
    /** What users of bcc set; it overrides every other place. */
    static final String ENVIRONMENT = "BCC_KERNEL_SOURCE";

    private static final String UNKNOWN = "unknown";
    private static final String KCONFIG = "include/linux/kconfig.h";
    private static final Pattern RELEASE = Pattern.compile("#define\\s+UTS_RELEASE\\s+\"([^\"]+)\"");
    private static final Pattern INCLUDED = Pattern.compile("(?m)^include\\s+(\\S+)/Makefile\\s*$");

    /**
     * Finds them: installed, or packed inside the kernel (CONFIG_IKHEADERS).
     *
     * @param root of the file system, other than / in tests
     * @param release of the running kernel
     * @param scratch where packed ones are unpacked
     * @throws BccException when there are none, or none of this kernel: foreign headers give foreign offsets
     */
    static KernelHeaders find(Path root, String release, Map<String, String> environment, Path scratch) {
        String named = environment.get(ENVIRONMENT);
        if (named != null && !named.isEmpty()) {
            return of(root, release, named(named));
        }
        List<Path> places = places(root, release);
        for (Path place : places) {
            if (Files.isDirectory(place)) {
                return of(root, release, place);
            }
        }
        for (Path archive : archives(root)) {
            if (Files.isReadable(archive)) {
                return ofKernel(release, HeaderArchive.unpack(archive, scratch.resolve("headers")));
            }
        }
        throw new BccException("bcc: no headers of the running kernel: release=" + release + ", looked at "
                + String.join(", ", places.stream().map(Path::toString).toList()) + ": install linux-headers-" + release
                + " (Debian, Ubuntu), kernel-devel-" + release + " (Fedora, RHEL), or 'modprobe kheaders'; or name"
                + " their folder in " + ENVIRONMENT);
    }

    /** The module kheaders has them in sysfs; before 5.2 they were in /proc. */
    private static List<Path> archives(Path root) {
        return List.of(root.resolve("sys/kernel/kheaders.tar.xz"), root.resolve("proc/kheaders.tar.xz"));
    }

    /** What the kernel itself hands out is right; it may lack the file that says so. */
    private static KernelHeaders ofKernel(String release, Path folder) {
        return releaseOf(folder).equals(UNKNOWN)
                ? new KernelHeaders(release, folder, folder)
                : of(Path.of("/"), release, folder);
    }

    private static Path named(String folder) {
        try {
            return Path.of(folder);
        } catch (InvalidPathException e) {
            throw new BccException("bcc: no path: " + ENVIRONMENT + "=" + folder, e);
        }
    }

    private static List<Path> places(Path root, String release) {
        List<Path> places = new ArrayList<>();
        for (String place : List.of(
                "lib/modules/" + release + "/build",
                "usr/src/linux-headers-" + release,
                "usr/src/kernels/" + release)) {
            places.add(root.resolve(place));
        }
        return places;
    }

    /** Headers in this folder, of whatever kernel they are. */
    static KernelHeaders in(Path build) {
        String release = releaseOf(build);
        if (release.equals(UNKNOWN)) {
            throw new BccException("bcc: no kernel headers: dir=" + build
                    + ": include/generated/utsrelease.h is not there, which says of which kernel they are");
        }
        return of(Path.of("/"), release, build);
    }

    /** Headers in this folder, and the other half where it is only one. */
    static KernelHeaders of(Path root, String release, Path build) {
        Path source = Files.exists(build.resolve(KCONFIG)) ? build : otherHalf(root, release, build);
        if (source == null) {
            throw new BccException(
                    "bcc: no kernel headers: dir=" + build + ": neither it nor what its Makefile includes" + " has "
                            + KCONFIG + ": install linux-headers-" + release + " again, with what it depends on");
        }
        String found = releaseOf(build);
        if (!release.equals(found)) {
            throw new BccException("bcc: headers of another kernel: dir=" + build + ", headers=" + found + ", running="
                    + release + ": with them every field would be read from a wrong place; install linux-headers-"
                    + release);
        }
        return new KernelHeaders(release, source, build);
    }

    private static @Nullable Path otherHalf(Path root, String release, Path build) {
        List<Path> candidates = new ArrayList<>();
        Matcher included = INCLUDED.matcher(read(build.resolve("Makefile")));
        if (included.find()) {
            // As installed; as written; and where both halves were moved.
            candidates.add(root.resolve(strip(included.group(1))));
            candidates.add(Path.of(included.group(1)));
            candidates.add(build.resolveSibling(Path.of(included.group(1)).getFileName()));
        }
        candidates.add(root.resolve("lib/modules/" + release + "/source"));
        for (Path candidate : candidates) {
            if (Files.exists(candidate.resolve(KCONFIG))) {
                return candidate;
            }
        }
        return null;
    }

    private static String strip(String absolute) {
        return absolute.replaceFirst("^/+", "");
    }

    /** What {@code make} wrote when the kernel was configured, or "unknown". */
    private static String releaseOf(Path build) {
        Matcher defined = RELEASE.matcher(read(build.resolve("include/generated/utsrelease.h")));
        if (defined.find()) {
            return defined.group(1);
        }
        String configured = read(build.resolve("include/config/kernel.release")).strip();
        return configured.isEmpty() ? UNKNOWN : configured;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Compiler flags that add {@link #build} to the folders that libbcc takes from its working directory,
     * {@link #source}.
     *
     * @param arch as the kernel names it: x86, arm64
     */
    List<String> flags(String arch) {
        // The kernel is built with -fms-extensions since 6.19; without it, structs that use them lose fields in
        // silence.
        List<String> flags =
                new ArrayList<>(List.of("-D__TARGET_ARCH_" + arch, "-fms-extensions", "-Wno-microsoft-anon-tag"));
        if (!source.equals(build)) {
            for (String folder : List.of(
                    "arch/" + arch + "/include/generated",
                    "include",
                    "arch/" + arch + "/include/generated/uapi",
                    "include/generated/uapi")) {
                flags.add("-I" + build.resolve(folder).toAbsolutePath());
            }
        }
        return flags;
    }
}
