package dev.conclave.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PrintableTextTest {

    static Stream<Arguments> texts() {
        return Stream.of(
                arguments("", ""),
                arguments("orders/ü:日本 😀 \\n", "orders/ü:日本 😀 \\n"),
                arguments("a\nb\rc\td", "a\\nb\\rc\\td"),
                arguments("\u0000\u001b[2J\u007f\u0085", "\\u0000\\u001b[2J\\u007f\\u0085"),
                arguments("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
                arguments(
                        "\u061c\u200e\u200f\u202a\u202e\u2066\u2069",
                        "\\u061c\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069"),
                arguments("\u200d\u2030\u202f\u2065\u206a", "\u200d\u2030\u202f\u2065\u206a"),
                arguments("\ud83d", "\\ud83d"),
                arguments("\ud83dx", "\\ud83dx"),
                arguments("\ude00x", "\\ude00x"),
                arguments("x\ude00", "x\\ude00"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void onlyControlCharactersAreEscapedAndOnlyOnce(String text, String safe) {
        assertThat(PrintableText.of(text)).isEqualTo(safe);
        assertThat(PrintableText.of(safe)).isEqualTo(safe);
    }
}
