package dev.iputrace.tracefs;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the fields of an event are in its record, in bytes: a {@code format} file of tracefs. */
final class EventFormat {
    static final int ABSENT = -1;

    private static final Pattern ID = Pattern.compile("(?m)^ID: ([0-9]{1,5})$");
    private static final Pattern FIELD = Pattern.compile(
            "(?m)^\\s*field:[^;]*?([A-Za-z0-9_]+)(?:\\[[^;]*\\])?;\\s*offset:([0-9]{1,5});\\s*size:([0-9]{1,5});");

    private final int id;
    private final Map<String, int[]> fields = new HashMap<>();

    private EventFormat(int id) {
        this.id = id;
    }

    /** Throws {@link TracefsException} when the text has no id; {@code name} is for that. */
    static EventFormat parse(String text, String name) {
        Matcher idMatcher = ID.matcher(text);
        EventFormat format = new EventFormat(idMatcher.find() ? Integer.parseInt(idMatcher.group(1)) : ABSENT);
        Matcher field = FIELD.matcher(text);
        while (field.find()) {
            format.fields.put(
                    field.group(1), new int[] {Integer.parseInt(field.group(2)), Integer.parseInt(field.group(3))});
        }
        if (format.id == ABSENT && format.fields.isEmpty()) {
            throw new TracefsException("no event format: file=" + name);
        }
        return format;
    }

    /** {@code common_type} of its records; {@link #ABSENT} for headers, which have none. */
    int id() {
        return id;
    }

    /** {@link #ABSENT} when there is no such field. */
    int offset(String field) {
        int[] at = fields.get(field);
        return at == null ? ABSENT : at[0];
    }

    /** Bytes of the field, 0 when there is none. */
    int size(String field) {
        int[] at = fields.get(field);
        return at == null ? 0 : at[1];
    }
}
