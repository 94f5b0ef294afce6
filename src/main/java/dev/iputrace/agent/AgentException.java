package dev.iputrace.agent;

import dev.iputrace.event.SourceRefusedException;
import org.jspecify.annotations.Nullable;

/** The native side refused; the message says what, with which value, and why. */
public final class AgentException extends SourceRefusedException {
    private static final long serialVersionUID = 1;

    public AgentException(String message) {
        super(message);
    }

    public AgentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
