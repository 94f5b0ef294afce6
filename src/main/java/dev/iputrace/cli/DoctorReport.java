package dev.iputrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.iputrace.event.Op;
import dev.iputrace.event.Provenance;
import dev.iputrace.report.Page;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A diagnosis for people, or as one line of JSON: {@code {"schema":"iputrace.doctor/1","host":[{"state","what","found",
 * "remedy"}],"backends":[{"name","usable","refused","remedy","attach":{..}}],"auto":"libbpf"}}.
 */
final class DoctorReport {
    private DoctorReport() {}

    /** Commands that help are not broken into lines: they are there to be copied. */
    static void text(Diagnosis diagnosis, PrintWriter out) {
        Page page = new Page(out, false, Page.COLUMNS);
        for (HostCheck.Line line : diagnosis.host()) {
            page.paragraph(String.format("%-5s %-12s ", line.state().label(), line.what()), line.found());
            if (!line.remedy().isEmpty()) {
                out.printf("      %-12s -> %s%n", "", line.remedy());
            }
        }
        for (Diagnosis.Verdict backend : diagnosis.backends()) {
            out.printf("%nbackend %s: %s%n", backend.name(), words(backend));
            if (!backend.usable() && !isAgent(backend)) {
                page.paragraph("  ", backend.refused());
            }
            if (!backend.remedy().isEmpty() && !isAgent(backend)) {
                out.println("  -> " + backend.remedy());
            }
            probes(backend.provenance(), out);
        }
        String auto = diagnosis.auto();
        out.println();
        out.println(auto == null ? "this host cannot be probed" : "iputrace live will use backend " + auto);
    }

    private static boolean isAgent(Diagnosis.Verdict backend) {
        return backend.name().equals("agent");
    }

    private static String words(Diagnosis.Verdict backend) {
        if (backend.name().equals("sim")) {
            return "always usable, and no real kernel";
        }
        String words = backend.usable() ? "usable" : "refused";
        return isAgent(backend) ? words + ", as libbpf is" : words;
    }

    private static void probes(@Nullable Provenance provenance, PrintWriter out) {
        if (provenance == null) {
            return;
        }
        for (Op op : Op.values()) {
            String attached = provenance.probe(op);
            String missing = provenance.get("missing." + op.label());
            if (attached != null) {
                out.printf("%-5s %-12s %s%n", "ok", op.label(), attached);
            } else if (missing != null) {
                out.printf("%-5s %-12s %s%n", "-", op.label(), missing);
            }
        }
        out.printf("%-5s %-12s %s%n", "ok", "self-check", provenance.get("self_check", "unknown"));
    }

    static void json(Diagnosis diagnosis, PrintWriter out) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("schema", "iputrace.doctor/1");
            json.writeArrayFieldStart("host");
            for (HostCheck.Line each : diagnosis.host()) {
                json.writeStartObject();
                json.writeStringField("state", each.state().label());
                json.writeStringField("what", each.what());
                json.writeStringField("found", each.found());
                json.writeStringField("remedy", each.remedy());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("backends");
            for (Diagnosis.Verdict backend : diagnosis.backends()) {
                backend(backend, json);
            }
            json.writeEndArray();
            json.writeStringField("auto", diagnosis.auto());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println(line);
    }

    private static void backend(Diagnosis.Verdict backend, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", backend.name());
        json.writeBooleanField("usable", backend.usable());
        json.writeStringField("refused", backend.refused());
        json.writeStringField("remedy", backend.remedy());
        Provenance provenance = backend.provenance();
        if (provenance != null) {
            json.writeObjectFieldStart("attach");
            for (var entry : provenance.entries().entrySet()) {
                if (entry.getKey().matches("(probe|missing)\\..*|level|self_check|offsets|attach.*")) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
