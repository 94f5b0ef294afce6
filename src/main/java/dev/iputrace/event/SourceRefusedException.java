package dev.iputrace.event;

import org.jspecify.annotations.Nullable;

/** A source cannot be opened: the kernel, the rights or the files are not what it needs. The message says what is. */
public class SourceRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SourceRefusedException(String message) {
        super(message);
    }

    public SourceRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
