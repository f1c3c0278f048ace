package dev.conclave.core;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.ids;
import static dev.conclave.core.TestValues.ms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.conclave.core.peer.Peer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The settings that all peers agree on: an invalid one is refused with its name and the remedy; a lease is never too long
 * (R7).
 */
public class SettingsTest {

    // ---- nonsense

    @Test
    void votersAreASortedSet() {
        assertThat(new Settings(ids("c", "a", "b"), H, E, 0.01))
                .isEqualTo(new Settings(ids("a", "b", "c"), H, E, 0.01));
        assertThat(new Settings(ids("c", "a", "b"), H, E, 0.01).voters()).isEqualTo(ids("a", "b", "c"));
    }

    @Test
    void anEmptyListOfVotersIsRefused() {
        refuses(List.of(), H, E, 0.01, "conclave.voters is empty", "list every voter as host:port");
    }

    @Test
    void aVoterThatIsNamedTwiceIsRefused() {
        refuses(ids("a", "b", "A"), H, E, 0.01, "conclave.voters names a voter twice", "list every voter once");
    }

    @Test
    void moreThanSixtyThreeVotersAreRefused() {
        List<PeerId> most =
                ids(IntStream.range(0, Quorum.MAX_VOTERS).mapToObj(i -> "v" + i).toArray(String[]::new));
        assertThatCode(() -> new Settings(most, H, E, 0.01)).doesNotThrowAnyException();
        List<PeerId> more = Stream.concat(most.stream(), ids("w").stream()).toList();
        refuses(more, H, E, 0.01, "conclave.voters names 64 voters, at most 63", "three, five or seven are enough");
    }

    @ParameterizedTest
    @CsvSource({"0", "-5", "999999", "86400000000001"})
    void anUnreasonableHeartbeatIntervalIsRefused(long heartbeatNanos) {
        refuses(ids("a"), heartbeatNanos, E, 0.01, "conclave.heartbeat-interval is ", "between 1ms and one day");
    }

    @Test
    void anElectionTimeoutAboveOneDayIsRefused() {
        long day = Duration.ofDays(1).toNanos();
        assertThatCode(() -> new Settings(ids("a"), H, day, 0.01)).doesNotThrowAnyException();
        refuses(ids("a"), H, day + 1, 0.01, "conclave.election-timeout is 8640000000", "not be above one day");
    }

    @ParameterizedTest
    @CsvSource({"500, 1000", "600, 1000", "1, 2", "1000, 999", "100, 0", "100, -1000"})
    void aHeartbeatIntervalOfHalfTheElectionTimeoutIsRefused(long heartbeat, long election) {
        refuses(
                ids("a"),
                ms(heartbeat),
                ms(election),
                0.01,
                "conclave.heartbeat-interval",
                "not below half of conclave.election-timeout",
                "lower the first or raise the second");
    }

    @ParameterizedTest
    @CsvSource({"-0.001", "0.2000001", "1", "NaN", "Infinity"})
    void aClockDriftOutsideItsBoundsIsRefused(double drift) {
        refuses(ids("a"), H, E, drift, "conclave.max-clock-drift is " + drift, "between 0 and 0.2, for example 0.01");
    }

    @Test
    void settingsAtTheirBoundsAreAllowed() {
        assertThatCode(() -> new Settings(ids("a"), ms(1), ms(3), 0)).doesNotThrowAnyException();
        assertThatCode(() -> new Settings(ids("a"), ms(499), ms(1000), 0.2)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"-1", "780198018", "900000000"})
    void aStopMarginThatLeavesNoTimeToRenewALeaseIsRefused(long marginNanos) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peer.Self.requireMargin(TestValues.settings("a"), marginNanos))
                .withMessageContainingAll("conclave.stop-margin is", "780.198", "raise conclave.election-timeout");
        assertThatCode(() -> Peer.Self.requireMargin(TestValues.settings("a"), 780_198_017))
                .doesNotThrowAnyException();
    }

    private static void refuses(List<PeerId> voters, long heartbeat, long election, double drift, String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Settings(voters, heartbeat, election, drift))
                .withMessageContainingAll(words);
    }

    // ---- the lease: "s + E(1-rho)/(1+rho), rounded down; one unit more is unsafe"

    @Test
    void aLeaseIsNeverLongerThanTheExactBoundNorMuchShorter() {
        Random random = new Random(1);
        for (int round = 0; round < 200_000; round++) {
            long election = 3_000_000 + (long) Math.pow(10, random.nextDouble(0, 13.93));
            double drift = random.nextInt(4) == 0 ? random.nextInt(201) / 1000.0 : random.nextDouble(0, 0.2);
            check(election, drift);
        }
    }

    @Test
    void aLeaseIsNotLongerThanAnExactBoundThatIsAWholeNumber() {
        for (long election = 3_000_000; election < 3_100_000; election += 7) {
            check(election, 0);
        }
        check(Duration.ofDays(1).toNanos(), 0);
        check(25_096_018, 0.025);
        for (int tenths = 3; tenths <= 864; tenths++) {
            check(Duration.ofSeconds(tenths * 100L).toNanos(), 0.125);
            check(Duration.ofSeconds(tenths * 100L).toNanos(), 0.0625);
            check(Duration.ofSeconds(tenths * 100L).toNanos(), 0.2);
        }
    }

    private static void check(long election, double drift) {
        BigDecimal rho = new BigDecimal(drift);
        long exact = BigDecimal.valueOf(election)
                .multiply(BigDecimal.ONE.subtract(rho))
                .divide(BigDecimal.ONE.add(rho), new MathContext(60))
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();
        assertThat(new Settings(ids("a"), ms(1), election, drift).leaseNanos())
                .as("E = %s ns, rho = %s", election, drift)
                .isBetween(exact - 2, exact);
    }

    @Test
    void theNextInTheSuccessionWaitsHalfAHeartbeat() {
        assertThat(TestValues.settings("a").stepNanos()).isEqualTo(H / 2);
    }
}
