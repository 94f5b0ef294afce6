package dev.iputrace.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.Flag;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.Stat;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Scrapes over HTTP what a real checker found. */
@Timeout(60)
class MetricsServerTest {
    private static final long INODE = 0xffff888100000440L;
    private static final Provenance PROVENANCE = Provenance.parse("""
            source=libbpf
            kernel=6.1.0-56-amd64
            level=full
            i_will_free=0x10
            i_freeing=0x20
            i_clear=0x40
            wall_offset_ns=1700000000000000000
            probe.igrab=fentry:igrab
            probe.iput=kprobe:iput
            probe.io_end_free=kprobe:ext4_release_io_end
            """);

    private final long startNs = System.nanoTime();
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final CellWriter writer = new CellWriter(buffer);
    private final EventCell view = new EventCell(buffer);
    private final Checker checker = new Checker(PROVENANCE, CheckerOptions.defaults(), finding -> {});
    private MetricsServer server;
    private EventSink sink;

    @BeforeEach
    void start() throws IOException {
        server = MetricsServer.start(MetricsAddress.parse("127.0.0.1:0"), "1.2.3", true);
        EventSink tap = server.tap();
        sink = cell -> {
            tap.cell(cell);
            checker.cell(cell);
        };
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void event(int op, int flags, int seq, int iCount) {
        writer.begin(0, startNs - 1_000_000, op, flags, 0, seq)
                .inode(INODE, 987_654_321, 8 << 20)
                .state(iCount, (flags & Flag.FREEING) != 0 ? 0x20 : 0);
        sink.cell(view);
    }

    private void cell(int op, int flags, int seq, long value) {
        writer.begin(0, System.nanoTime(), op, flags, 0, seq).word(0, value);
        sink.cell(view);
    }

    private void publish() {
        server.publish(checker.summary(), 0.25);
    }

    private String request(String text) throws IOException {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String get(String path, String... headers) throws IOException {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return request("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:9464\r\nConnection: close\r\n" + more + "\r\n");
    }

    @Test
    void scrapeTellsWhatTheCheckerFound() throws IOException {
        event(OpCode.IGRAB, 0, 0, 1);
        event(OpCode.IPUT, 0, 1, 2);
        event(OpCode.IPUT, Flag.FREEING | Flag.BROKEN_RULE, 2, 1);
        event(OpCode.IGRAB, Flag.FREEING | Flag.REFUSED, 3, 0);
        publish();

        assertThat(get("/metrics"))
                .startsWith("HTTP/1.1 200 OK")
                .contains("text/plain; version=0.0.4")
                .contains(
                        "iputrace_events_total{event=\"igrab\"} 2.0\n",
                        "iputrace_events_total{event=\"iput\"} 2.0\n",
                        "iputrace_events_total{event=\"umount\"} 0.0\n",
                        "iputrace_violations_total{rule=\"R2\"} 1.0\n",
                        "iputrace_violations_total{rule=\"R1\"} 0.0\n",
                        "iputrace_suspicions_total{rule=\"R2w\"} 0.0\n",
                        "iputrace_igrab_refused_total 1.0\n",
                        "iputrace_inodes_tracked ",
                        "iputrace_inodes_evicted_total{reason=\"table_full\"} 0.0\n",
                        "iputrace_verdict{verdict=\"VIOLATION\"} 1.0\n",
                        "iputrace_verdict{verdict=\"OK\"} 0.0\n",
                        "iputrace_ring_fill_ratio 0.25\n",
                        "iputrace_complete ",
                        "iputrace_build_info{version=\"1.2.3\"} 1");
    }

    @Test
    void probesAreNamedAndFollowALateAttach() throws IOException {
        publish();
        assertThat(get("/metrics"))
                .contains("iputrace_probe_info{event=\"io_end_free\",kernel=\"6.1.0-56-amd64\",mode=\"kprobe\","
                        + "symbol=\"ext4_release_io_end\"} 1");

        checker.provenance(PROVENANCE.with("probe.io_end_free", "kprobe:ext4_put_io_end"));
        publish();
        assertThat(get("/metrics"))
                .contains("symbol=\"ext4_put_io_end\"")
                .doesNotContain("symbol=\"ext4_release_io_end\"");
    }

    @Test
    void delayIsAHistogramOfEachEvent() throws IOException {
        for (int seq = 0; seq < 100; seq++) {
            event(OpCode.IPUT, 0, seq, 2);
        }
        publish();

        assertThat(get("/metrics"))
                .contains(
                        "# TYPE iputrace_event_delay_seconds histogram\n",
                        "iputrace_event_delay_seconds_bucket{le=\"5.24288E-4\"} 0\n",
                        "iputrace_event_delay_seconds_bucket{le=\"+Inf\"} 100\n",
                        "iputrace_event_delay_seconds_count 100\n");
    }

    @Test
    void lossIsToldByStage() throws IOException {
        event(OpCode.IPUT, 0, 0, 2);
        cell(OpCode.LOSS, LossStage.SOCKET.code(), 0, 17);
        cell(OpCode.STAT, 0, Stat.RING_FULL, 5);
        cell(OpCode.STAT, 0, Stat.RUNS + OpCode.IPUT, 40);
        cell(OpCode.STAT, 0, Stat.HITS + OpCode.IPUT, 42);
        cell(OpCode.STAT, 0, Stat.HITS + OpCode.IPUT, 43);
        publish();

        assertThat(get("/metrics"))
                .contains(
                        "iputrace_events_lost_total{stage=\"socket\"} 17.0\n",
                        "iputrace_events_lost_total{stage=\"ring_full\"} 5.0\n",
                        "iputrace_events_lost_total{stage=\"unknown\"} 0.0\n",
                        "iputrace_probe_hits_total{event=\"iput\"} 43.0\n");
    }

    @Test
    void noInodeNumberIsEverATag() throws IOException {
        for (int seq = 0; seq < 50; seq++) {
            event(OpCode.IPUT, Flag.FREEING, seq, 0);
        }
        publish();

        assertThat(get("/metrics"))
                .doesNotContain("987654321")
                .doesNotContainIgnoringCase(Long.toHexString(INODE))
                .doesNotContain(Long.toUnsignedString(INODE));
    }

    @Test
    void openMetricsIsServedToWhoAsksForIt() throws IOException {
        publish();

        assertThat(get("/metrics", "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5"))
                .contains("application/openmetrics-text; version=1.0.0")
                .contains("iputrace_build_info{")
                .endsWith("# EOF\n");
    }

    @Test
    void scrapeBeforeTheFirstReportIsAllZero() throws IOException {
        assertThat(get("/metrics"))
                .startsWith("HTTP/1.1 200 OK")
                .contains("iputrace_events_total{event=\"iput\"} 0.0\n", "iputrace_complete 0.0\n")
                .contains("iputrace_last_event_timestamp_seconds NaN\n");
    }

    @Test
    void readyOnceTheCheckerHasReported() throws IOException {
        assertThat(get("/readyz")).startsWith("HTTP/1.1 503").contains("{\"ready\":false,", "not reported yet");
        assertThat(get("/healthz")).startsWith("HTTP/1.1 200");

        publish();

        assertThat(get("/readyz")).startsWith("HTTP/1.1 200").contains("{\"ready\":true,\"problems\":[]}");
    }

    @Test
    void strangeHostIsRefused() throws IOException {
        publish();

        for (String host : new String[] {"evil.example", "evil.example:9464", "127.0.0.1.evil.example", ""}) {
            assertThat(request("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                    .as(host)
                    .startsWith("HTTP/1.1 403")
                    .doesNotContain("iputrace_");
        }
        assertThat(request("GET /metrics HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 403");
    }

    @Test
    void onlyGetAndHead() throws IOException {
        publish();

        assertThat(request(
                        "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405")
                .containsIgnoringCase("allow: GET, HEAD");
        assertThat(request("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200")
                .doesNotContain("iputrace_");
        assertThat(get("/../etc/passwd")).startsWith("HTTP/1.1 404");
    }
}
