package dev.conclave.core.electorate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A change of the electorate as operators write it. */
class WishTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "add a:1",
                "remove a:1",
                "readmit [::1]:2551",
                "replace a:1 b:2",
                "voters a:1,b:2,c:3",
                "set election-timeout=500ms",
                "set election-timeout=2000ms heartbeat-interval=250ms max-clock-drift=0.02",
                "set heartbeat-interval=1500001ns"
            })
    void aChangeIsShownAsItIsRead(String text) {
        assertThat(WishText.show(WishText.parse(text))).isEqualTo(text);
    }

    @Test
    void timesAreReadInSecondsAndMillisecondsAndAListMayHaveSpaces() {
        assertThat(WishText.parse(" set  election-timeout=2s "))
                .isEqualTo(
                        new Wish.Times(OptionalLong.empty(), OptionalLong.of(2_000_000_000), OptionalDouble.empty()));
        assertThat(WishText.parse("voters b:2, a:1")).isEqualTo(WishText.parse("voters a:1,b:2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "grow                    | \"grow\" is not a change of the electorate; say add A",
                "add                     | add needs one address",
                "add a:1 b:2             | add needs one address",
                "replace a:1             | replace needs two addresses",
                "remove a                | \"a\" has no port",
                "set                     | set needs a setting",
                "set timeout=1s          | \"timeout=1s\" is not a setting",
                "set election-timeout=1  | is \"1\", which is not a time like 500ms or 1s",
                "set max-clock-drift=low | is \"low\", which is not a number like 0.01",
            })
    void aChangeThatIsNotUnderstoodIsRefusedWithWhatToWrite(String text, String words) {
        assertThatThrownBy(() -> WishText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }
}
