package dev.iputrace.explore;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.iputrace.explore.Exploration.Checked;
import dev.iputrace.explore.Schedule.Step;
import dev.iputrace.model.Rule;
import dev.iputrace.sim.WorldOptions;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An {@link Exploration} for machines: one object on one line, schema {@code iputrace.explore/1}. */
public final class ExplorationJson {
    private ExplorationJson() {}

    public static String of(WorldOptions world, Exploration result, int exitCode) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("schema", "iputrace.explore/1");
            json.writeStringField("source", "sim");
            world(json, world, result);
            json.writeStringField(
                    "outcome", result.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'));
            json.writeNumberField("exit", exitCode);
            json.writeStringField("why", result.why());
            rules(json, "rules", result.foundRules());
            counts(json, result);
            checked(json, result.checked());
            schedule(json, "schedule", result.found());
            schedule(json, "orphan_schedule", result.firstOrphan());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void world(JsonGenerator json, WorldOptions world, Exploration result) throws IOException {
        json.writeStringField("era", world.era().label());
        json.writeStringField("scenario", world.scenario().label());
        json.writeArrayFieldStart("faults");
        for (var fault : world.faults()) {
            json.writeString(fault.label());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("idle_faults");
        for (var fault : result.idleFaults()) {
            json.writeString(fault.label());
        }
        json.writeEndArray();
        json.writeNumberField("inodes", world.inodes());
        json.writeNumberField("io_ends", world.ioEnds());
        json.writeNumberField("cpus", world.cpus());
        json.writeBooleanField("nodelalloc", world.nodelalloc());
    }

    private static void counts(JsonGenerator json, Exploration result) throws IOException {
        json.writeNumberField("states", result.states());
        json.writeNumberField("states_expanded", result.statesExpanded());
        json.writeNumberField("transitions", result.transitions());
        json.writeNumberField("depth", result.depth());
        double interleavings = result.interleavings();
        if (Double.isInfinite(interleavings)) {
            json.writeStringField("interleavings", "infinite");
        } else if (interleavings >= 0) {
            json.writeNumberField("interleavings", interleavings);
        }
        json.writeNumberField("ends", result.ends());
        json.writeNumberField("hangs", result.hangs());
        json.writeNumberField("panics", result.panics());
        json.writeNumberField("orphan_states", result.orphanStates());
        json.writeNumberField("bytes", result.bytes());
        json.writeObjectFieldStart("breaches");
        for (Map.Entry<Rule, Long> breach : result.breaches().entrySet()) {
            json.writeNumberField(breach.getKey().id(), breach.getValue());
        }
        json.writeEndObject();
    }

    private static void checked(JsonGenerator json, @Nullable Checked checked) throws IOException {
        if (checked == null) {
            return;
        }
        json.writeObjectFieldStart("checker");
        json.writeBooleanField("complete", checked.complete());
        json.writeNumberField("transitions", checked.transitions());
        json.writeNumberField("schedules", checked.walks());
        json.writeNumberField("steps", checked.steps());
        json.writeNumberField("proofs", checked.proofs());
        json.writeNumberField("suspicions", checked.suspicions());
        rules(json, "rules", checked.rules());
        schedule(json, "schedule", checked.firstAlarm());
        json.writeEndObject();
    }

    private static void rules(JsonGenerator json, String name, Collection<Rule> rules) throws IOException {
        json.writeArrayFieldStart(name);
        for (Rule rule : rules) {
            json.writeString(rule.id());
        }
        json.writeEndArray();
    }

    private static void schedule(JsonGenerator json, String name, @Nullable Schedule schedule) throws IOException {
        if (schedule == null) {
            return;
        }
        json.writeArrayFieldStart(name);
        for (Step step : schedule.steps()) {
            json.writeStartObject();
            json.writeNumberField("step", step.number());
            json.writeStringField("task", schedule.tasks().get(step.task()));
            json.writeStringField("what", step.what());
            json.writeNumberField("inode", step.inode());
            json.writeStringField("state", step.state());
            rules(json, "rules", step.broken());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
