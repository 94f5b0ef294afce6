package dev.iputrace.report;

/** Makes strings that come from strangers (task names) fit for a terminal. */
final class Clean {
    private Clean() {}

    /** Control characters, ESC sequences' beginnings and marks that turn the direction of text become {@code ?}. */
    static String text(String hostile) {
        StringBuilder clean = new StringBuilder(hostile.length());
        hostile.codePoints().forEach(c -> clean.appendCodePoint(printable(c) ? c : '?'));
        return clean.toString();
    }

    private static boolean printable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
