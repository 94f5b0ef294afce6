package dev.iputrace.trace.text;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user knows about a text trace.
 *
 * @param eventNames from the name of an event to the op it is ({@code my_put} to {@code iput})
 * @param fieldKeys from the kernel's name of a field to the key the trace has ({@code i_count} to {@code xyz})
 * @param kernel release of the kernel that was traced, null when the trace must say it
 * @param stats per_cpu stats files of the ftrace buffer, read right after the trace
 */
public record ImportOptions(
        Map<String, String> eventNames,
        Map<String, String> fieldKeys,
        @Nullable String kernel,
        List<Path> stats) {
    public static final ImportOptions NONE = new ImportOptions(Map.of(), Map.of(), null, List.of());
}
