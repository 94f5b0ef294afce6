package dev.iputrace.trace.ctf;

import dev.iputrace.trace.TraceFormatException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Words of TSDL, as far as our metadata goes: names, numbers, strings, punctuation, comments. */
final class TsdlScanner {
    private static final String PUNCTUATION = "{}[]();=:.,<>-+";

    private final String text;
    private int at;

    TsdlScanner(String text) {
        this.text = text;
        skipBlanks();
    }

    boolean hasMore() {
        return at < text.length();
    }

    /** The next word; of a string its value behind a leading quote. */
    String next() {
        if (!hasMore()) {
            throw new TraceFormatException("metadata: cut at byte " + at);
        }
        char c = text.charAt(at);
        String word;
        if (c == '"') {
            word = "\"" + string();
        } else if (PUNCTUATION.indexOf(c) >= 0) {
            word = text.substring(at, ++at);
        } else if (Character.isLetterOrDigit(c) || c == '_') {
            int start = at;
            while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
                at++;
            }
            word = text.substring(start, at);
        } else {
            throw new TraceFormatException("metadata: unexpected character: byte=" + at + ", code=" + (int) c);
        }
        skipBlanks();
        return word;
    }

    private String string() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            bytes.write(c == '\\' ? escape() : c);
        }
        if (at == text.length()) {
            throw new TraceFormatException("metadata: cut at byte " + at + ", inside a string");
        }
        at++;
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private int escape() {
        int value = 0;
        int digits = 0;
        while (digits < 3 && at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '7') {
            value = value * 8 + text.charAt(at++) - '0';
            digits++;
        }
        if (digits > 0 || at == text.length()) {
            return value;
        }
        char c = text.charAt(at++);
        return c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }

    private void skipBlanks() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                at = end < 0 ? text.length() : end + 2;
            } else {
                return;
            }
        }
    }

    /** The {@code name = value;} pairs of a block in braces, nested blocks left out, to the semicolon behind it. */
    Map<String, String> assignments() {
        Map<String, String> pairs = new LinkedHashMap<>();
        expect("{");
        String word = next();
        while (!word.equals("}")) {
            StringBuilder name = new StringBuilder();
            while (!word.equals("=") && !word.equals(":") && !word.equals(";") && !word.equals("{")) {
                name.append(word);
                word = next();
            }
            String value = word.equals("=") ? next() : word;
            pairs.put(name.toString(), value.startsWith("\"") ? value.substring(1) : value);
            if (!value.equals(";")) {
                skipFrom(value.equals("{") ? 1 : 0);
            }
            word = next();
        }
        expect(";");
        return pairs;
    }

    private void expect(String want) {
        String word = next();
        if (!word.equals(want)) {
            throw new TraceFormatException("metadata: byte=" + at + ", got=" + word + ", want=" + want);
        }
    }

    /** To behind the next semicolon that is in no braces. */
    void skipStatement() {
        skipFrom(0);
    }

    private void skipFrom(int braces) {
        int depth = braces;
        String word = next();
        while (depth > 0 || !word.equals(";")) {
            depth += word.equals("{") ? 1 : word.equals("}") ? -1 : 0;
            word = next();
        }
    }
}
