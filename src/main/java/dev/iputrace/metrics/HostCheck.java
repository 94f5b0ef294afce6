package dev.iputrace.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a browser was tricked into (DNS rebinding): the attacker's page reaches us under the attacker's
 * own name, so only address literals and names that are ours are served.
 */
final class HostCheck {
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.%]+]");
    private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

    private final Set<String> names;

    HostCheck(Set<String> names) {
        this.names = names;
    }

    /** Ours are localhost, this machine's name, and the one we were told to bind to. */
    static HostCheck of(MetricsAddress address) {
        Set<String> names = new HashSet<>(List.of("localhost", lower(address.host()), hostname()));
        names.remove("");
        return new HostCheck(names);
    }

    private static String hostname() {
        try {
            return lower(Files.readString(HOSTNAME).strip());
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether the Host header of a request names us; a missing one does not. */
    boolean allows(@Nullable String header) {
        if (header == null) {
            return false;
        }
        String name = lower(header.strip()).replaceFirst(":\\d*$", "");
        return ADDRESS.matcher(name).matches() || names.contains(name);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
