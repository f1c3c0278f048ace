package dev.conclave.explore.electorate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Terms;
import dev.conclave.core.electorate.Wish;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A disk hangs during a change of the electorate (E4, E6): the change is carried out without it, or is undone. */
class HungDiskTest {

    private static final int VOTERS = 3;
    private static final long E = 1000;

    private final ManualCluster cluster = new ManualCluster(VOTERS, VOTERS, E, ElectorateCore.PRODUCTION);
    private int leader;
    private long term;

    private static Wish longerElections() {
        return new Wish.Times(OptionalLong.empty(), OptionalLong.of(Cluster.nanos(1_500_000)), OptionalDouble.empty());
    }

    private int awaitLeader() {
        cluster.passes(flight -> true);
        cluster.runUntil(() -> IntStream.range(0, VOTERS).anyMatch(cluster::leads));
        leader = IntStream.range(0, VOTERS).filter(cluster::leads).findFirst().orElseThrow();
        term = cluster.cluster().oracle.heldTerm(leader);
        cluster.run(E);
        return leader;
    }

    private int next(int node) {
        return (node + 1) % VOTERS;
    }

    /** So much time passes, in which the same leader leads in the same term. */
    private void runLed(long millis) {
        for (long i = 0; i < millis; i++) {
            cluster.run(1);
            assertLed();
        }
    }

    private void assertLed() {
        assertThat(cluster.leads(leader)).isTrue();
        assertThat(cluster.cluster().oracle.heldTerm(leader)).isEqualTo(term);
    }

    private int obeyed(int node) {
        return cluster.cluster().electorate(node).obeyed();
    }

    private void awaitAllObey(int number) {
        cluster.runUntil(() -> IntStream.range(0, VOTERS).allMatch(node -> obeyed(node) == number));
    }

    @Test
    void aChangeIsCarriedOutWithoutAVoterWhoseDiskHangsWhileTheLeaderElsewhereLeadsOn() {
        int hung = next(awaitLeader());
        int proposer = next(hung);
        cluster.hangDisk(hung);

        cluster.wish(proposer, longerElections());
        assertThat(cluster.untilWishEnds()).isEmpty();
        runLed(20 * E);

        assertThat(obeyed(leader)).isEqualTo(1);
        assertThat(obeyed(hung)).as("obeyed, though it is not on disk").isZero();

        cluster.diskGoesOn(hung);
        awaitAllObey(1);
        runLed(5 * E);
    }

    /** The others wait for 3 E with obeying what the hung disk has not stored (E4). */
    @Test
    void aDiskThatHangsForLessThanThreeElectionTimeoutsCostsTheLeaderOnItsNodeNothing() {
        int hung = awaitLeader();
        cluster.hangDisk(hung);

        cluster.wish(next(hung), longerElections());
        cluster.runUntil(
                () -> cluster.cluster().electorate(next(hung)).durable().number() == 1);
        runLed(3 * E - 1);
        cluster.diskGoesOn(hung);
        awaitAllObey(1);

        runLed(5 * E);
        assertThat(cluster.untilWishEnds()).isEmpty();
    }

    @Test
    void aDiskThatHangsForLongerDuringAChangeEndsTheLeadershipOnItsNodeAndTheNextLeaderIsElectedElsewhere() {
        int hung = awaitLeader();
        cluster.hangDisk(hung);

        cluster.wish(next(hung), longerElections());
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.runUntil(() -> cluster.leads(next(hung)) || cluster.leads(next(next(hung))));
        leader = cluster.leads(next(hung)) ? next(hung) : next(next(hung));
        term = cluster.cluster().oracle.heldTerm(leader);
        assertThat(term).isGreaterThan(Terms.before(1));
        runLed(10 * E);
        assertThat(obeyed(hung)).isZero();

        cluster.diskGoesOn(hung);
        awaitAllObey(1);
        runLed(5 * E);
    }

    @Test
    void aChangeWhoseProposersDiskHangsIsObeyedByNobodyUntilTheNextProposerFinishesIt() {
        int proposer = next(awaitLeader());
        int other = next(proposer);
        cluster.wish(proposer, longerElections());
        cluster.run(E / 2);
        cluster.hangDisk(proposer);
        assertThat(cluster.untilWishEnds()).contains("was chosen, but a majority of its voters does not obey it yet");
        assertLed();
        assertThat(IntStream.range(0, VOTERS).map(this::obeyed)).containsOnly(0);

        // The next proposer carries out the configuration that the others have accepted, and its own wish then fails
        // (E6).
        cluster.wish(other, new Wish.Remove(Cluster.id(proposer)));
        assertThat(cluster.untilWishEnds()).contains("configuration 1 came in between");
        runLed(10 * E);
        assertThat(obeyed(other)).isEqualTo(1);

        cluster.diskGoesOn(proposer);
        awaitAllObey(1);
        runLed(5 * E);
    }
}
