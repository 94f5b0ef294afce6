package dev.iputrace.trace;

/** Input that is not what it claims to be, or of no known format: {@code what: name=value, name=value}. */
public final class TraceFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TraceFormatException(String message) {
        super(message);
    }

    public TraceFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
