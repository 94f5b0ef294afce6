package dev.iputrace.bcc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program as one text: libbcc rewrites only the main file, and gives sections to functions that it finds there.
 * {@code #line} keeps the compiler's messages at the right place.
 */
final class SourceText {
    private static final String MAIN = "iputrace.bcc.c";
    private static final Pattern OWN_INCLUDE = Pattern.compile("#include \"([^\"]+)\"");

    private final StringBuilder text = new StringBuilder();
    private final Set<String> seen = new HashSet<>();

    private SourceText() {}

    static String read() {
        SourceText source = new SourceText();
        source.add(MAIN);
        return source.text.toString();
    }

    private void add(String name) {
        if (!seen.add(name)) {
            return;
        }
        int line = 1;
        place(line, name);
        for (String each : resource(name).split("\n", -1)) {
            line++;
            Matcher include = OWN_INCLUDE.matcher(each);
            if (include.matches()) {
                add(include.group(1));
                place(line, name);
            } else {
                text.append(each).append('\n');
            }
        }
    }

    private void place(int line, String name) {
        text.append("#line ").append(line).append(" \"bpf/").append(name).append("\"\n");
    }

    private static String resource(String name) {
        try (InputStream in = SourceText.class.getResourceAsStream("/bpf/" + name)) {
            if (in == null) {
                throw new IllegalStateException("bcc: not in this build: resource=/bpf/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("bcc: cannot read /bpf/" + name, e);
        }
    }
}
