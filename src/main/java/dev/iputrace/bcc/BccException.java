package dev.iputrace.bcc;

import dev.iputrace.event.SourceRefusedException;
import org.jspecify.annotations.Nullable;

/** The program cannot be compiled here; the message says why, and which package would help. */
public final class BccException extends SourceRefusedException {
    private static final long serialVersionUID = 1;

    public BccException(String message) {
        super(message);
    }

    public BccException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
