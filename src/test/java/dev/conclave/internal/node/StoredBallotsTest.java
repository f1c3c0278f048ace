package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Ballot;
import dev.conclave.internal.peer.PeerFixture;
import dev.conclave.internal.runtime.ManualClock;
import dev.conclave.store.MemoryBallotStore;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** R6: how long a peer that starts is loyal to a leader that it may have forgotten. */
class StoredBallotsTest {

    private static final Ballot USED = Ballot.learned(3);

    private final ManualClock clock = new ManualClock();
    private final NodeEnvironment environment = PeerFixture.node(
            MemoryBallotStore.of(PeerFixture.head()),
            Optional.empty(),
            clock,
            (to, frame) -> {},
            new NodeEnvironment.Elections());
    private final StoredBallots ballots = new StoredBallots(environment, PeerFixture.ORDERS);

    private Duration loyalty(Ballot read, boolean firstInThisLife) {
        return Duration.ofNanos(ballots.loyalForNanos(read, firstInThisLife));
    }

    @Test
    void r6_thePeerOfAnElectionThatThisDirectoryNeverVotedInIsLoyalToNobody() {
        assertThat(loyalty(Ballot.NONE, true)).isZero();
        assertThat(loyalty(Ballot.NONE, false)).isZero();
    }

    @Test
    void r6_theFirstPeerOfALifeIsLoyalForTheLongestElectionTimeoutSinceTheStart() {
        assertThat(loyalty(USED, true)).isEqualTo(PeerFixture.E);
        clock.pause(Duration.ofMillis(300));
        assertThat(loyalty(USED, true)).isEqualTo(PeerFixture.E.minusMillis(300));
        clock.pause(PeerFixture.E);
        assertThat(loyalty(USED, true)).isZero();
    }

    @Test
    void r6_aPeerThatIsBegunAnewInTheSameLifeIsLoyalForAWholeElectionTimeout() {
        clock.pause(PeerFixture.E.multipliedBy(2));
        assertThat(loyalty(USED, false)).isEqualTo(PeerFixture.E);
    }
}
