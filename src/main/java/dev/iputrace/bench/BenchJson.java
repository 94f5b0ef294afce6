package dev.iputrace.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Results for machines: one object on one line, schema {@code iputrace.bench.NAME/1}. */
public final class BenchJson {
    /** What goes into an object. */
    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private BenchJson() {}

    public static String of(BenchResult result) {
        return object(json -> {
            head(json, result.bench(), result.machine());
            json.writeArrayFieldStart("sections");
            for (Section section : result.sections()) {
                json.writeStartObject();
                json.writeStringField("title", section.title());
                spreads(json, "million_events_per_second", section.rows());
                spreads(json, "ratios", section.ratios());
                json.writeEndObject();
            }
            json.writeEndArray();
            strings(json, "facts", result.facts());
            goals(json, result.goals(), result.machine());
            strings(json, "notes", result.notes());
            json.writeBooleanField("passed", result.passed());
        });
    }

    private static String object(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void head(JsonGenerator json, String bench, Machine machine) throws IOException {
        json.writeStringField("schema", "iputrace.bench." + bench + "/1");
        json.writeStringField("cpu", machine.cpu());
        json.writeNumberField("cpus", machine.cpus());
        json.writeNumberField("memory_gib", machine.memoryGib());
        json.writeStringField("kernel", machine.kernel());
        json.writeStringField("java", machine.java());
        json.writeNumberField("load", machine.load());
        json.writeNumberField("other_cores", machine.otherCores());
        json.writeBooleanField("quiet", machine.quiet());
    }

    private static void spreads(JsonGenerator json, String name, Map<String, Spread> spreads) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Spread> entry : spreads.entrySet()) {
            spread(json, entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, List<String> strings) throws IOException {
        json.writeArrayFieldStart(name);
        for (String string : strings) {
            json.writeString(string);
        }
        json.writeEndArray();
    }

    public static String of(RingBench.Result result) {
        return object(json -> {
            head(json, "ring", result.machine());
            json.writeNumberField("inodes", result.options().inodes());
            saturated(json, result.saturated());
            json.writeNumberField("rate", result.options().rate());
            sustained(json, "sustained", result.sustained());
            sustained(json, "sustained_c", result.sustainedC());
            json.writeNumberField("wakeup_events", result.wakeupEvents());
            json.writeNumberField("wakeups_lost", result.stalls());
            json.writeNumberField("wakeups_lost_without_fence", result.stallsUnfenced());
            goals(json, result.goals(), result.machine());
            json.writeBooleanField("passed", result.passed());
        });
    }

    private static void saturated(JsonGenerator json, SaturatedBench.Result saturated) throws IOException {
        json.writeArrayFieldStart("saturated");
        for (SaturatedBench.Row row : saturated.rows()) {
            json.writeStartObject();
            json.writeStringField("reader", row.name());
            spread(json, "million_events_per_second", Spread.of(row.millionsPerSecond()));
            spread(json, "reader_ns_per_event", Spread.of(row.cpuNsPerEvent()));
            json.writeEndObject();
        }
        json.writeEndArray();
        spread(json, "checker_to_c", saturated.javaToC());
    }

    private static void spread(JsonGenerator json, String name, Spread spread) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("median", spread.median());
        json.writeNumberField("min", spread.min());
        json.writeNumberField("max", spread.max());
        json.writeEndObject();
    }

    private static void sustained(JsonGenerator json, String name, SustainedBench.Result run) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("events", run.events());
        json.writeNumberField("dropped", run.dropped());
        json.writeNumberField("lost", run.lost());
        json.writeNumberField("seconds", run.seconds());
        json.writeNumberField("cpu_share", run.cpuShare());
        json.writeNumberField("p50_ns", run.p50Ns());
        json.writeNumberField("p99_ns", run.p99Ns());
        json.writeNumberField("p999_ns", run.p999Ns());
        json.writeNumberField("max_ns", run.maxNs());
        json.writeNumberField("bytes_per_event", run.bytesPerEvent());
        json.writeNumberField("collections", run.collections());
        json.writeEndObject();
    }

    private static void goals(JsonGenerator json, List<Goal> goals, Machine machine) throws IOException {
        json.writeArrayFieldStart("goals");
        for (Goal goal : goals) {
            json.writeStartObject();
            json.writeStringField("goal", goal.name());
            json.writeStringField("wanted", goal.wanted());
            json.writeStringField("measured", goal.measured());
            json.writeStringField("outcome", goal.outcome(machine.quiet()).name());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
