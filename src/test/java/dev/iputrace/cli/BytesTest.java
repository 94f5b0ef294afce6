package dev.iputrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class BytesTest {
    @Test
    void unitsArePowersOf1024() {
        assertThat(new Bytes().convert("4096")).isEqualTo(4096);
        assertThat(new Bytes().convert("64K")).isEqualTo(65536);
        assertThat(new Bytes().convert("16m")).isEqualTo(16L << 20);
        assertThat(new Bytes().convert("1GiB")).isEqualTo(1L << 30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "0", "-1", "1X", "1.5M", "99999999999T"})
    void otherTextIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> new Bytes().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is not a size: want for example 65536");
    }
}
