package dev.iputrace.tracefs;

import dev.iputrace.event.SourceRefusedException;
import org.jspecify.annotations.Nullable;

/** The kernel's tracefs refused; the message says what, with which value, and what to do. */
public final class TracefsException extends SourceRefusedException {
    private static final long serialVersionUID = 1;

    public TracefsException(String message) {
        super(message);
    }

    public TracefsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
