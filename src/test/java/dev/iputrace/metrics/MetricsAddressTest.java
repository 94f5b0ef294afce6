package dev.iputrace.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsAddressTest {
    @Test
    void withoutAHostItIsLoopback() {
        assertThat(MetricsAddress.parse("9464")).isEqualTo(new MetricsAddress("127.0.0.1", 9464));
        assertThat(MetricsAddress.parse(":9464")).isEqualTo(new MetricsAddress("127.0.0.1", 9464));
    }

    @Test
    void hostAndPortAreTakenAsGiven() {
        assertThat(MetricsAddress.parse("0.0.0.0:1")).isEqualTo(new MetricsAddress("0.0.0.0", 1));
        assertThat(MetricsAddress.parse("box.lan:9464")).isEqualTo(new MetricsAddress("box.lan", 9464));
        assertThat(MetricsAddress.parse("[::1]:9464")).isEqualTo(new MetricsAddress("::1", 9464));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", "host:99999", "host:-1", "::1:9464", "1:2:x"})
    void nonsenseIsNamed(String text) {
        assertThatThrownBy(() -> MetricsAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("address=" + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:9464", "127.0.0.1:1", "10.0.0.7:9464", "[::1]:9464", "box.lan:1"})
    void ownNamesAndAddressesAreAllowed(String host) {
        assertThat(new HostCheck(Set.of("localhost", "box.lan")).allows(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "box.lan.:1", "[::1"})
    void otherNamesAreNot(String host) {
        assertThat(new HostCheck(Set.of("localhost", "box.lan")).allows(host)).isFalse();
    }
}
