package dev.iputrace.cli;

import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSource;
import dev.iputrace.metrics.MetricsAddress;
import dev.iputrace.metrics.MetricsServer;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether and where metrics are served while something is watched. */
final class MetricsOptions {
    @Option(
            names = "--metrics",
            paramLabel = "[HOST:]PORT",
            converter = Address.class,
            description = "Serve /metrics for Prometheus, /healthz and /readyz. Without HOST, to this host only.")
    @Nullable
    MetricsAddress address;

    /** What {@link #serve} has to be undone with. */
    interface Serving extends AutoCloseable {
        @Override
        void close();
    }

    static final class Address implements ITypeConverter<MetricsAddress> {
        @Override
        public MetricsAddress convert(String value) {
            try {
                return MetricsAddress.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Tells {@code progress} and, where metrics are wanted, their server once a second how the session goes. */
    Serving serve(Session session, EventSource source, Consumer<Summary> progress) {
        if (address == null) {
            session.onTick(progress);
            return () -> {};
        }
        boolean simulated = source.provenance().source().equals("sim");
        MetricsServer server = start(address, source.ownClock(), simulated);
        session.tap(server.tap()).onTick(summary -> {
            progress.accept(summary);
            server.publish(summary, source.fillRatio());
        });
        return server::close;
    }

    static MetricsServer start(MetricsAddress address, boolean ownClock, boolean simulated) {
        try {
            return simulated
                    ? MetricsServer.startSimulated(address, Version.number())
                    : MetricsServer.start(address, Version.number(), ownClock);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.INTERNAL,
                    "cannot serve metrics: host=" + address.host() + ", port=" + address.port() + ": "
                            + e.getMessage());
        }
    }
}
