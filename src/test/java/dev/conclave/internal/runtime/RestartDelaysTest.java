package dev.conclave.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RestartDelaysTest {

    private static List<Long> millisOf(RestartDelays delays, int failures) {
        return Stream.generate(() -> delays.failed(Duration.ZERO))
                .limit(failures)
                .map(Duration::toMillis)
                .toList();
    }

    @Test
    void theRestartDelayDoublesWithEachFailureInARowUpToThirtySeconds() {
        assertThat(millisOf(new RestartDelays(Duration.ofSeconds(1)), 7))
                .containsExactly(1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L);
    }

    @Test
    void aRestartDelayOfZeroGrowsWithEachFailureToo() {
        assertThat(millisOf(new RestartDelays(Duration.ZERO), 5)).containsExactly(0L, 200L, 400L, 800L, 1_600L);
    }

    @Test
    void aRestartDelayAboveTheBoundStaysAsItIs() {
        assertThat(millisOf(new RestartDelays(Duration.ofMinutes(2)), 3)).containsOnly(120_000L);
    }

    @Test
    void anInstanceThatRanForLongResetsTheRowOfFailures() {
        RestartDelays delays = new RestartDelays(Duration.ofSeconds(1));
        millisOf(delays, 2);
        assertThat(delays.failed(Duration.ofSeconds(29))).hasSeconds(4);
        assertThat(delays.failed(Duration.ofSeconds(30))).hasSeconds(1);
        assertThat(delays.failures()).isEqualTo(1);
    }

    @Test
    void everyThirdFailureInARowHandsOverToAnotherNode() {
        RestartDelays delays = new RestartDelays(Duration.ZERO);
        List<Boolean> turns = Stream.generate(() -> {
                    delays.failed(Duration.ZERO);
                    return delays.isAnotherNodesTurn();
                })
                .limit(6)
                .toList();
        assertThat(turns).containsExactly(false, false, true, false, false, true);
    }

    @Test
    void anInstanceThatEndsByItselfIsNeverReplacedAtOnce() {
        assertThat(new RestartDelays(Duration.ZERO).endedByItself()).hasMillis(100);
        assertThat(new RestartDelays(Duration.ofSeconds(1)).endedByItself()).hasSeconds(1);
    }
}
