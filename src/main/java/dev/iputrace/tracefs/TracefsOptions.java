package dev.iputrace.tracefs;

import dev.iputrace.event.Level;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is probed by tracefs, and how.
 *
 * @param dev only this device, {@code major << 20 | minor}; 0: every ext4
 * @param mount where the self-check makes its file; null: on the first ext4 that can be written
 * @param ringBytes for ordinary events, over all CPUs
 * @param btf null: /sys/kernel/btf/vmlinux
 * @param offsets a file with offsets, or {@code key=value,...}; null: from BTF, or as known of this release
 */
public record TracefsOptions(
        Level level,
        int dev,
        @Nullable Path mount,
        long ringBytes,
        boolean selfCheck,
        @Nullable String btf,
        @Nullable String offsets) {}
