package dev.conclave.explore.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.PeerGroup;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * L1 where disks force slowly and paths are long: every run is made from a seed, and the table in docs/verification.md shows
 * the same runs, 200 of each case ({@code -Dslow.runs=200}). E is 1000 ms everywhere.
 */
@Tag("explore")
class SlowPathsTest {

    private static final long ELECTION_MICROS = 1_000_000;
    private static final int RUNS = Integer.getInteger("slow.runs", 40);

    /** How long each election took, and how often peers stood, over all runs of a case. */
    private record Outcome(List<Long> micros, int standings) {

        long over(double elections) {
            return micros.stream()
                    .filter(took -> took > elections * ELECTION_MICROS)
                    .count();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 100, 1, 2",
        "2, 100, 400, 2",
        "2, 100, 600, 2",
        "2, 200, 700, 2",
        "2, 200, 800, 2",
        "2, 100, 1, 80",
        "2, 100, 1, 160",
        "2, 200, 1, 200",
        "2, 100, 300, 160",
        "3, 100, 1, 2",
        "3, 100, 600, 2",
        "3, 200, 700, 2",
        "3, 200, 800, 2",
        "3, 100, 1, 160",
        "3, 200, 1, 200",
        "3, 100, 300, 160",
        "5, 100, 600, 2",
        "5, 100, 1, 200",
    })
    void l1_aLeaderIsElectedWithinTwoElectionTimeoutsOfAFirstStart(
            int voters, int heartbeat, int force, int roundTrip) {
        assertThat(firstStart(voters, heartbeat, evenly(voters, force), roundTrip)
                        .over(2))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 100, 1, 2",
        "2, 100, 400, 2",
        "2, 100, 1, 80",
        "2, 100, 1, 160",
        "2, 100, 1, 200",
        "2, 200, 1, 250",
        "2, 200, 20, 200",
        "2, 200, 300, 160",
        "3, 100, 1, 2",
        "3, 200, 400, 2",
        "3, 100, 1, 80",
        "3, 100, 1, 160",
        "3, 200, 1, 200",
        "3, 100, 1, 250",
        "3, 100, 300, 160",
        "5, 100, 1, 200",
        "5, 200, 1, 250",
    })
    void l1_aLeaderIsElectedWithinTwoElectionTimeoutsOfAPowerFailure(
            int voters, int heartbeat, int force, int roundTrip) {
        assertThat(powerFailure(voters, heartbeat, evenly(voters, force), roundTrip)
                        .over(2))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 100, 600, 2",
        "2, 200, 800, 2",
        "2, 100, 1500, 2",
        "3, 100, 600, 2",
        "3, 200, 700, 2",
        "3, 100, 1500, 2",
        "5, 100, 1500, 2",
        "2, 100, 1, 400",
        "3, 200, 1, 400",
        "5, 100, 1, 400",
    })
    void aLeaderIsElectedWithinSixElectionTimeoutsWhereDisksOrPathsAreTooSlowForTwo(
            int voters, int heartbeat, int force, int roundTrip) {
        assertThat(powerFailure(voters, heartbeat, evenly(voters, force), roundTrip)
                        .over(6))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"2, 100", "2, 200", "3, 100", "3, 200"})
    void aVoterWithAFastDiskWaitsForTheSlowDisksOfOthers(int voters, int heartbeat) {
        long[] forces = evenly(voters, 800);
        forces[1] = 1000;
        assertThat(firstStart(voters, heartbeat, forces, 2).over(6)).isZero();
        assertThat(powerFailure(voters, heartbeat, forces, 2).over(6)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"2, 100, 160", "3, 100, 160", "3, 200, 200"})
    void equalPeersDoNotStandAgainstEachOtherWherePathsAreLong(int voters, int heartbeat, int roundTrip) {
        assertThat(powerFailure(voters, heartbeat, evenly(voters, 1), roundTrip).standings())
                .isEqualTo(RUNS);
    }

    private static long[] evenly(int voters, int millis) {
        long[] micros = new long[voters];
        Arrays.fill(micros, millis * 1000L);
        return micros;
    }

    private static Outcome firstStart(int voters, int heartbeat, long[] forceMicros, int roundTrip) {
        return outcome(voters, heartbeat, forceMicros, roundTrip, false);
    }

    private static Outcome powerFailure(int voters, int heartbeat, long[] forceMicros, int roundTrip) {
        return outcome(voters, heartbeat, forceMicros, roundTrip, true);
    }

    private static Outcome outcome(int voters, int heartbeat, long[] forceMicros, int roundTrip, boolean fails) {
        long beat = heartbeat * 1_000_000L;
        PeerGroup group = new PeerGroup(voters, 0, 0, -1, beat, ELECTION_MICROS * 1000, 0.01, beat);
        long[] ways = new long[voters];
        Arrays.fill(ways, roundTrip * 500L);
        long[] micros = new long[RUNS];
        int standings = 0;
        for (int seed = 1; seed <= RUNS; seed++) {
            SlowRun run = new SlowRun(group, Core.PRODUCTION, forceMicros, ways, seed);
            if (fails) {
                run.afterAPowerFailure();
            }
            micros[seed - 1] = run.electedWithin(60 * ELECTION_MICROS);
            standings += run.standings();
        }
        Arrays.sort(micros);
        Outcome outcome = new Outcome(Arrays.stream(micros).boxed().toList(), standings);
        System.out.printf(
                "slow: %s, %d voters, H %d ms, forces %s ms, round trip %d ms: %d runs, beyond 2 E %d, 4 E %d, 60 E %d;"
                        + " median %d ms, slowest %d ms, %d standings%n",
                fails ? "power failure" : "first start",
                voters,
                heartbeat,
                Arrays.toString(Arrays.stream(forceMicros).map(it -> it / 1000).toArray()),
                roundTrip,
                RUNS,
                outcome.over(2),
                outcome.over(4),
                outcome.over(60),
                micros[RUNS / 2] / 1000,
                micros[RUNS - 1] / 1000,
                standings);
        return outcome;
    }
}
