package dev.iputrace.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes as people write them: {@code 4096}, {@code 64K}, {@code 16M}, {@code 1G}; powers of 1024. */
final class Bytes implements ITypeConverter<Long> {
    private static final String UNITS = "KMGT";

    @Override
    public Long convert(String text) {
        String digits = text.toUpperCase(Locale.ROOT).replaceFirst("I?B$", "");
        int unit = digits.isEmpty() ? -1 : UNITS.indexOf(digits.charAt(digits.length() - 1));
        try {
            long number = Long.parseLong(unit < 0 ? digits : digits.substring(0, digits.length() - 1));
            long bytes = Math.multiplyExact(number, 1L << (10 * (unit + 1)));
            if (bytes > 0) {
                return bytes;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // Said below, together with sizes that are not positive.
        }
        throw new TypeConversionException("'" + text + "' is not a size: want for example 65536, 64K, 16M or 1G");
    }
}
