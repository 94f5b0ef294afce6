package dev.iputrace.metrics;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where to serve metrics.
 *
 * @param host name or address literal, without brackets
 * @param port 0 for any free one
 */
public record MetricsAddress(String host, int port) {
    private static final String LOOPBACK = "127.0.0.1";

    /**
     * Reads {@code HOST:PORT}, {@code [V6]:PORT}, {@code :PORT} or {@code PORT}; without a host, loopback only.
     *
     * @throws IllegalArgumentException naming the text
     */
    public static MetricsAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("metrics: address=" + text + ", an IPv6 address needs brackets");
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 0 && port <= 65_535) {
                return new MetricsAddress(host.isEmpty() ? LOOPBACK : host, port);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("metrics: address=" + text + ", want HOST:PORT", e);
        }
        throw new IllegalArgumentException("metrics: address=" + text + ", want a port up to 65535");
    }

    InetSocketAddress resolve() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }
}
