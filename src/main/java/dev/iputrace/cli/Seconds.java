package dev.iputrace.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole seconds, up to thirty years: none of it overflows as nanoseconds. */
final class Seconds implements ITypeConverter<Long> {
    static final long NS = 1_000_000_000L;

    private static final long MAX = 1_000_000_000L;

    @Override
    public Long convert(String text) {
        try {
            long seconds = Long.parseLong(text);
            if (seconds >= 0 && seconds <= MAX) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // Said below, together with what is out of range.
        }
        throw new TypeConversionException("'" + text + "' is not a time: want whole seconds, 0 to " + MAX);
    }
}
