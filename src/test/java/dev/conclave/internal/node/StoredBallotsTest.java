package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.internal.peer.PeerFixture;
import dev.conclave.internal.runtime.ManualClock;
import dev.conclave.store.MemoryNodeStore;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** R6: how long a peer that starts is loyal to a leader that it may have forgotten; and how much registers may hold. */
class StoredBallotsTest {

    private static final Ballot USED = Ballot.learned(3);

    private final ManualClock clock = new ManualClock();
    private final MemoryNodeStore store = MemoryNodeStore.of(PeerFixture.head());
    private final NodeEnvironment environment =
            PeerFixture.node(store, Optional.empty(), clock, (to, frame) -> {}, new NodeEnvironment.Elections());
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

    @Test
    void aFullNodeTakesAValueThatIsNotLargerThanTheOneThatItReplaces() {
        int most = RegisterValue.MAX_BYTES;
        int registers = (int) (StoredBallots.MOST_REGISTER_BYTES / most);
        for (int i = 0; i < registers; i++) {
            ElectionName name = i == 0 ? PeerFixture.ORDERS : new ElectionName("full-" + i);
            store.save(name, Ballot.learned(1));
            store.saveRegister(
                    name,
                    new RegisterEntry(RegisterVersion.first(1), Optional.of(new RegisterValue(new byte[most - 1]))));
        }
        assertThat(ballots.hasRoomFor(most)).isTrue();
        store.save(new ElectionName("last"), Ballot.learned(1));
        store.saveRegister(
                new ElectionName("last"),
                new RegisterEntry(RegisterVersion.first(1), Optional.of(new RegisterValue(new byte[registers]))));
        assertThat(ballots.hasRoomFor(most - 1)).isTrue();
        assertThat(ballots.hasRoomFor(most)).isFalse();
        assertThat(new StoredBallots(environment, new ElectionName("another")).hasRoomFor(1))
                .isFalse();
    }
}
