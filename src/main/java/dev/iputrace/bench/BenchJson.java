package dev.iputrace.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** A {@link RingBench.Result} for machines: one object on one line, schema {@code iputrace.bench.ring/1}. */
public final class BenchJson {
    private BenchJson() {}

    public static String of(RingBench.Result result) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("schema", "iputrace.bench.ring/1");
            json.writeNumberField("cpus", Runtime.getRuntime().availableProcessors());
            json.writeStringField("kernel", System.getProperty("os.version"));
            json.writeStringField("java", System.getProperty("java.version"));
            json.writeNumberField("load", result.load());
            json.writeNumberField("inodes", result.options().inodes());
            saturated(json, result.saturated());
            json.writeNumberField("rate", result.options().rate());
            sustained(json, "sustained", result.sustained());
            sustained(json, "sustained_c", result.sustainedC());
            json.writeNumberField("wakeup_events", result.wakeupEvents());
            json.writeNumberField("wakeups_lost", result.stalls());
            goals(json, result);
            json.writeBooleanField("passed", result.passed());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
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

    private static void goals(JsonGenerator json, RingBench.Result result) throws IOException {
        json.writeArrayFieldStart("goals");
        for (Goal goal : result.goals()) {
            json.writeStartObject();
            json.writeStringField("goal", goal.name());
            json.writeStringField("wanted", goal.wanted());
            json.writeStringField("measured", goal.measured());
            json.writeStringField("outcome", goal.outcome(result.quiet()).name());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
