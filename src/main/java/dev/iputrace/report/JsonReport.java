package dev.iputrace.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.iputrace.check.Evidence;
import dev.iputrace.check.Finding;
import dev.iputrace.check.Loss;
import dev.iputrace.check.RuleSummary;
import dev.iputrace.check.Seen;
import dev.iputrace.check.Summary;
import dev.iputrace.event.Flag;
import dev.iputrace.event.Level;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.Op;
import dev.iputrace.event.Outlet;
import dev.iputrace.event.Provenance;
import dev.iputrace.model.Rule;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a line, with a {@code schema}: {@code iputrace.violation/1} for a finding, {@code
 * iputrace.verdict/1} for the end. Times are ns in strings, addresses {@code "0x..."}: both exceed what JavaScript
 * keeps exact.
 */
public final class JsonReport {
    /** Names of tasks and files are a stranger's: an 8-bit control character must not reach a terminal. */
    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final Provenance provenance;
    private final Symbols symbols;
    private final StateNames stateNames;

    public JsonReport(Provenance provenance, Symbols symbols) {
        this.provenance = provenance;
        this.symbols = symbols;
        this.stateNames = new StateNames(provenance);
    }

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    /** One line without its newline. */
    public String violation(Finding finding) {
        return object(json -> {
            json.writeStringField("schema", "iputrace.violation/1");
            json.writeStringField("source", provenance.source());
            json.writeNumberField("number", finding.number());
            json.writeStringField("rule", finding.rule().id());
            json.writeStringField("title", finding.rule().title());
            json.writeArrayFieldStart("also");
            for (Rule rule : finding.also()) {
                json.writeString(rule.id());
            }
            json.writeEndArray();
            json.writeStringField("strength", finding.strength().name());
            if (finding.whySuspect() != null) {
                json.writeStringField("why_suspect", finding.whySuspect());
            }
            json.writeStringField("kernel", provenance.kernel());
            json.writeNumberField("generation", finding.generation());
            evidence(json, "event", finding.event());
            evidence(json, "refusal", finding.refusal());
            evidence(json, "init", finding.init());
            json.writeStringField("proof", finding.rule().proof());
            json.writeStringField("consequence", finding.consequence());
            json.writeArrayFieldStart("history");
            for (Seen seen : finding.history()) {
                json.writeStartObject();
                seen(json, seen);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** The final object, one line without its newline; {@code exit} is the code the process ends with. */
    public String verdict(Summary summary, int exit, Outlet evidence) {
        return object(json -> {
            json.writeStringField("schema", "iputrace.verdict/1");
            json.writeStringField("verdict", summary.verdict().name());
            json.writeNumberField("exit", exit);
            json.writeStringField("kernel", summary.provenance().kernel());
            json.writeStringField("source", summary.provenance().source());
            attach(json, summary.provenance());
            counts(json, summary);
            rules(json, summary);
            json.writeObjectFieldStart("window");
            json.writeNumberField("entered", summary.windowEntered());
            json.writeEndObject();
            loss(json, summary.loss());
            json.writeObjectFieldStart("evidence");
            json.writeNumberField("lines", evidence.lines());
            json.writeNumberField("durable_after_ms_max", evidence.delayNsMax() / 1e6);
            json.writeEndObject();
            strings(json, "reasons", summary.reasons());
            strings(json, "notes", summary.notes());
            strings(json, "internal_errors", summary.internalErrors());
        });
    }

    private static String object(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("report: cannot write JSON", e);
        }
        return text.toString();
    }

    private void evidence(JsonGenerator json, String name, @Nullable Evidence evidence) throws IOException {
        if (evidence == null) {
            return;
        }
        json.writeObjectFieldStart(name);
        seen(json, evidence.seen());
        if (evidence.comm() != null) {
            json.writeStringField("comm", evidence.comm());
        }
        if (evidence.tgid() != 0) {
            json.writeNumberField("tgid", evidence.tgid());
        }
        strings(json, "stack", symbols.frames(evidence.stack()));
        json.writeEndObject();
    }

    private void seen(JsonGenerator json, Seen seen) throws IOException {
        json.writeStringField("op", Names.op(seen.op()));
        json.writeStringField("ts_ns", Long.toString(seen.tsNs()));
        json.writeNumberField("cpu", seen.cpu());
        json.writeNumberField("seq", seen.seq() & 0xffffffffL);
        json.writeNumberField("tid", seen.tid());
        address(json, "inode", seen.inode());
        address(json, "io_end", seen.ioEnd());
        address(json, "caller", seen.caller());
        if (seen.describesInode()) {
            json.writeNumberField("i_ino", new BigInteger(Long.toUnsignedString(seen.iIno())));
            json.writeStringField("dev", Names.dev(seen.sDev()));
            json.writeNumberField("i_count", seen.iCount());
            json.writeStringField("i_state", Symbols.hex(seen.iState() & 0xffffffffL));
            strings(json, "i_state_names", stateNames.of(seen.iState()));
        }
        strings(
                json,
                "flags",
                seen.flags() == 0 ? List.of() : List.of(Flag.names(seen.flags()).split("\\|")));
    }

    private static void address(JsonGenerator json, String name, long address) throws IOException {
        if (address != 0) {
            json.writeStringField(name, Symbols.hex(address));
        }
    }

    private static void strings(JsonGenerator json, String name, Iterable<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /** How each probe is attached, or why it is not. */
    private static void attach(JsonGenerator json, Provenance provenance) throws IOException {
        json.writeObjectFieldStart("attach");
        json.writeStringField("level", provenance.level() == Level.GUARD ? "guard" : "full");
        for (Map.Entry<String, String> entry : provenance.entries().entrySet()) {
            String key = entry.getKey();
            boolean trust = key.equals("self_check") || key.equals("state_bits");
            if (trust || key.startsWith("probe.") || key.startsWith("missing.")) {
                json.writeStringField(key, entry.getValue());
            }
        }
        json.writeEndObject();
    }

    private static void counts(JsonGenerator json, Summary summary) throws IOException {
        json.writeObjectFieldStart("counts");
        for (Map.Entry<Op, Long> entry : summary.events().entrySet()) {
            json.writeNumberField(entry.getKey().label(), entry.getValue());
            if (entry.getKey() == Op.IGRAB) {
                json.writeNumberField("igrab_refused", summary.igrabRefused());
            } else if (entry.getKey() == Op.IPUT) {
                json.writeNumberField("bad_put", summary.badPuts());
            }
        }
        json.writeNumberField("io_end_live", summary.ioEndsLive());
        json.writeNumberField("unpinned_free", summary.unpinnedFrees());
        json.writeEndObject();
    }

    private static void rules(JsonGenerator json, Summary summary) throws IOException {
        json.writeObjectFieldStart("rules");
        for (RuleSummary rule : summary.rules()) {
            json.writeNumberField(rule.rule().id(), rule.findings());
        }
        json.writeEndObject();
    }

    private static void loss(JsonGenerator json, Loss loss) throws IOException {
        json.writeObjectFieldStart("loss");
        json.writeNumberField("lost", loss.lost());
        for (Map.Entry<LossStage, Long> stage : loss.byStage().entrySet()) {
            json.writeNumberField(stage.getKey().label(), stage.getValue());
        }
        json.writeNumberField("unplaced", loss.unplaced());
        json.writeNumberField("duplicates", loss.duplicates());
        json.writeArrayFieldStart("gaps");
        for (Loss.Gap gap : loss.gaps()) {
            json.writeStartObject();
            json.writeNumberField("cpu", gap.cpu());
            json.writeStringField("after_ns", Long.toString(gap.afterNs()));
            if (gap.beforeNs() != Long.MAX_VALUE) {
                json.writeStringField("before_ns", Long.toString(gap.beforeNs()));
            }
            json.writeNumberField("count", gap.count());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
