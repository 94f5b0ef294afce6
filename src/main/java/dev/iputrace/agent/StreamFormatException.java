package dev.iputrace.agent;

/** The input is no stream of an agent; the message says what was found instead. */
public final class StreamFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StreamFormatException(String message) {
        super(message);
    }
}
