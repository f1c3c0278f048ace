package dev.conclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.electorate.WishText;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same change, whether an application or an operator writes it. */
class ElectorateChangeTest {

    private static final PeerId A = PeerId.parse("10.0.0.1:2551");
    private static final PeerId B = PeerId.parse("10.0.0.2:2551");

    @Test
    void aChangeInCodeIsTheOneInWords() {
        assertSame(ElectorateChange.add("10.0.0.1:2551"), "add 10.0.0.1:2551", new Wish.Add(A));
        assertSame(ElectorateChange.remove("10.0.0.1:2551"), " remove  10.0.0.1:2551 ", new Wish.Remove(A));
        assertSame(ElectorateChange.readmit("10.0.0.1:2551"), "readmit 10.0.0.1:2551", new Wish.Readmit(A));
        assertSame(
                ElectorateChange.replace("10.0.0.1:2551", "10.0.0.2:2551"),
                "replace 10.0.0.1:2551 10.0.0.2:2551",
                new Wish.Replace(A, B));
        assertSame(
                ElectorateChange.voters(List.of("10.0.0.2:2551", "10.0.0.1:2551")),
                "voters 10.0.0.1:2551, 10.0.0.2:2551",
                new Wish.Voters(List.of(A, B)));
        assertSame(
                ElectorateChange.settings(times -> times.withElectionTimeout(Duration.ofMillis(500))
                        .withHeartbeatInterval(Duration.ofMillis(100))),
                "set election-timeout=500ms heartbeat-interval=100ms",
                new Wish.Times(OptionalLong.of(100_000_000), OptionalLong.of(500_000_000), OptionalDouble.empty()));
        assertSame(
                ElectorateChange.settings(
                        times -> times.withMaxClockDrift(0.02).withElectionTimeout(Duration.ofSeconds(2))),
                "set max-clock-drift=0.02 election-timeout=2s",
                new Wish.Times(OptionalLong.empty(), OptionalLong.of(2_000_000_000), OptionalDouble.of(0.02)));
    }

    private static void assertSame(ElectorateChange change, String text, Wish wish) {
        assertThat(change.wish()).isEqualTo(wish);
        assertThat(ElectorateChange.parse(text).wish()).isEqualTo(wish);
        assertThat(change).hasToString(WishText.show(wish));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            grow                             | "grow" is not a change of the electorate; say add A | remove A
            ''                               | "" is not a change of the electorate; say add A
            add                              | add needs one address: add 10.0.0.4:2551
            remove a:1 b:1                   | remove needs one address: remove 10.0.0.4:2551
            replace a:1                      | replace needs two addresses: replace A B
            add 10.0.0.1                     | "10.0.0.1" has no port; write a peer as host:port
            set                              | set needs a setting: set election-timeout=500ms
            set stop-margin=1s               | "stop-margin=1s" is not a setting; election-timeout, heartbeat-interval
            set election-timeout             | "election-timeout" is not a setting
            set election-timeout=soon        | election-timeout is "soon", which is not a time like 500ms or 1s
            set election-timeout=            | election-timeout is "", which is not a time
            set heartbeat-interval=500       | heartbeat-interval is "500", which is not a time
            set heartbeat-interval=99999999999999999s | which is not a time
            set max-clock-drift=little       | max-clock-drift is "little", which is not a number like 0.01
            """)
    void aChangeThatIsNotUnderstoodSaysWhatToWrite(String text, String why) {
        assertThatThrownBy(() -> ElectorateChange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why.strip());
    }
}
