package dev.iputrace.trace.text;

import dev.iputrace.event.Provenance;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What of a text trace could not be read as it should: how often, where first. Each weakens the verdict, for what such
 * a line said nobody checked. Hot path: one {@link #fields} per event; allocates for the first of each flaw alone.
 */
final class Flaws {
    private static final int TEXT_MAX = 120;
    /** Fields that some rule, filter or report rests on. */
    private static final int FIELDS = Field.INODE.bit()
            | Field.I_COUNT.bit()
            | Field.I_STATE.bit()
            | Field.I_INO.bit()
            | Field.I_NLINK.bit()
            | Field.S_DEV.bit()
            | Field.IO_END.bit()
            | Field.RET.bit();

    /** One sort of flaw. */
    private static final class Flaw {
        private long count;
        private long line;
        private @Nullable String text;

        void add(long more, long number, @Nullable String what) {
            if (count == 0 || number < line) {
                line = number;
                text = what;
            }
            count += more;
        }

        String text(String one, String many) {
            String what = text == null ? "" : ": " + escaped(text);
            return count == 1
                    ? "1 " + one + ": line " + line + what
                    : count + " " + many + ", first line " + line + what;
        }
    }

    private final Flaw garbled = new Flaw();
    /** On a console they are none. */
    private final Flaw strange = new Flaw();

    private final Flaw noAddress = new Flaw();
    private final Flaw noValue = new Flaw();
    private long cutLine;

    void garbled(LineReader lines) {
        add(garbled, lines);
    }

    void strange(LineReader lines) {
        add(strange, lines);
    }

    void noAddress(LineReader lines) {
        add(noAddress, lines);
    }

    void noValue(LineReader lines) {
        add(noValue, lines);
    }

    private static void add(Flaw flaw, LineReader lines) {
        flaw.add(1, lines.number, flaw.count == 0 ? lines.text(TEXT_MAX) : null);
    }

    void cut(LineReader lines) {
        cutLine = lines.number;
    }

    /**
     * The fields that this line lacks although its key is there or others of its kind have it: a tracer prints them
     * all. Earlier lines that had all that was known then may prove to lack one now.
     */
    int fields(EventKind kind, Arguments arguments, LineReader lines) {
        int present = arguments.present() & FIELDS;
        if ((present & ~kind.fields) != 0) {
            if (kind.whole > 0) {
                noValue.add(kind.whole, kind.firstWhole, null);
                kind.whole = 0;
            }
            kind.fields |= present;
        }
        int lacking = (kind.fields | (arguments.valueless() & FIELDS)) & ~present;
        if (lacking == 0 && kind.whole++ == 0) {
            kind.firstWhole = lines.number;
        }
        return lacking;
    }

    private long unmatched(boolean onConsole) {
        return garbled.count + (onConsole ? 0 : strange.count);
    }

    Provenance in(Provenance provenance, boolean onConsole) {
        Provenance with = provenance.with("import_unmatched", Long.toString(unmatched(onConsole)));
        if (garbled.count > 0) {
            with = with.with("incomplete.lines", garbled.text("line is a garbled event", "lines are garbled events"));
        }
        if (strange.count > 0 && !onConsole) {
            with = with.with(
                    "incomplete.strange",
                    strange.text("line is nothing that iputrace knows", "lines are nothing that iputrace knows"));
        }
        if (noAddress.count > 0) {
            with = with.with(
                    "incomplete.events",
                    noAddress.text("event lacks the address it is about", "events lack the address they are about"));
        }
        if (noValue.count > 0) {
            with = with.with(
                    "incomplete.fields",
                    noValue.text(
                            "event lacks a field of its kind, or its value",
                            "events lack a field of their kind, or its value"));
        }
        return cutLine == 0
                ? with
                : with.with("incomplete.cut", "the trace was cut: its last line has no end: line " + cutLine);
    }

    /** Printable ASCII: a line may hold anything. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.strip().toCharArray()) {
            if (c >= ' ' && c < 0x7f) {
                escaped.append(c);
            } else {
                escaped.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", (int) c));
            }
        }
        return escaped.toString();
    }
}
