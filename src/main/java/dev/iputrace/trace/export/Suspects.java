package dev.iputrace.trace.export;

import dev.iputrace.event.EventView;
import org.jspecify.annotations.Nullable;

/** Which calls are worth a look, as the rules see it: exporters know formats, not rules. */
@FunctionalInterface
public interface Suspects {
    /** A short name of what is wrong with the call, or null. */
    @Nullable
    String name(EventView cell);
}
