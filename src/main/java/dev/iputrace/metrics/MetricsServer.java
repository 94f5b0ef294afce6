package dev.iputrace.metrics;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSink;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /metrics} for Prometheus, {@code /healthz} (the process lives) and {@code /readyz} (it does its job).
 *
 * <p>The checker's thread hands over a snapshot now and then, by one volatile store: a scrape, however slow, cannot
 * hold it up.
 */
public final class MetricsServer implements AutoCloseable {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";
    private static final int THREADS = 2;

    static {
        // Seconds; without them a client that sends or reads nothing holds a thread for ever.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "30");
    }

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final StreamMeter meter;
    private final SnapshotMetrics metrics;
    private final HostCheck hosts;
    private final HttpServer server;
    private final ExecutorService threads;
    private volatile @Nullable Snapshot snapshot;

    private MetricsServer(HttpServer server, HostCheck hosts, String version, boolean ownClock, boolean simulated) {
        this.server = server;
        this.hosts = hosts;
        if (simulated) {
            registry.config().commonTags("source", "sim");
        }
        meter = new StreamMeter(ownClock);
        metrics = new SnapshotMetrics(() -> snapshot, version);
        metrics.bindTo(registry);
        if (!simulated) {
            registry.getPrometheusRegistry().register(new DelayCollector(() -> snapshot));
        }
        threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "metrics");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * Binds and serves from now on.
     *
     * @param version of iputrace
     * @param ownClock whether the events are of this host, so that their delay can be measured
     * @throws IOException when the address cannot be bound
     */
    public static MetricsServer start(MetricsAddress address, String version, boolean ownClock) throws IOException {
        HttpServer server = HttpServer.create(address.resolve(), 0);
        return new MetricsServer(server, HostCheck.of(address), version, ownClock, false);
    }

    /** As {@link #start}, for a fake kernel: every metric carries {@code source="sim"}, and there is no delay. */
    public static MetricsServer startSimulated(MetricsAddress address, String version) throws IOException {
        return new MetricsServer(HttpServer.create(address.resolve(), 0), HostCheck.of(address), version, false, true);
    }

    /** Where it serves, the port chosen included. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Takes every cell that the checker gets, on its thread; measures delay and probe hits. */
    public EventSink tap() {
        return meter;
    }

    /**
     * What the next scrapes see; about once a second, by the thread of the checker.
     *
     * @param ringFillRatio share of the events ring that waits to be read, 0..1; 0 where there is none
     */
    public void publish(Summary summary, double ringFillRatio) {
        snapshot = new Snapshot(summary, ringFillRatio, meter.delays(), meter.probeHits(), System.nanoTime());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!hosts.allows(exchange.getRequestHeaders().getFirst("Host"))) {
                send(exchange, 403, "text/plain; charset=utf-8", "the Host header does not name this server\n");
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, 405, "text/plain; charset=utf-8", "only GET and HEAD\n");
            } else {
                get(exchange, exchange.getRequestURI().getPath());
            }
        }
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        switch (path) {
            case "/metrics" -> {
                String accept = exchange.getRequestHeaders().getFirst("Accept");
                String format = accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
                metrics.refresh();
                send(exchange, 200, format, registry.scrape(format));
            }
            case "/healthz" -> send(exchange, 200, JSON, "{\"status\":\"ok\"}\n");
            case "/readyz" -> {
                List<String> problems = Readiness.problems(snapshot, System.nanoTime());
                send(exchange, problems.isEmpty() ? 200 : 503, JSON, readiness(problems));
            }
            default -> send(exchange, 404, "text/plain; charset=utf-8", "try /metrics, /healthz or /readyz\n");
        }
    }

    private static String readiness(List<String> problems) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeBooleanField("ready", problems.isEmpty());
            json.writeArrayFieldStart("problems");
            for (String problem : problems) {
                json.writeString(problem);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** Stops serving at once. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        registry.close();
    }
}
