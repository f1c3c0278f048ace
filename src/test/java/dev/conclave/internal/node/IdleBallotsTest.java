package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.peer.PeerFixture;
import dev.conclave.store.MemoryNodeStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The ballots of elections without a peer are bounded; those of elections with one stay. */
class IdleBallotsTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final int MOST = 4;

    private final MemoryNodeStore store = MemoryNodeStore.of(PeerFixture.head());
    private final ActorRef<PeerCommand> peer =
            KIT.<PeerCommand>createTestProbe().getRef();
    private final PeerRegistry registry = new PeerRegistry((self, name) -> peer, () -> true);
    private final BallotCompaction compaction = new BallotCompaction(store, MOST);

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private static ElectionName name(int number) {
        return new ElectionName("election" + number);
    }

    private void save(int from, int to) {
        for (int number = from; number < to; number++) {
            store.save(name(number), Ballot.learned(number + 1));
        }
    }

    @Test
    void beyondTheBoundTheOlderHalfIsForgotten() {
        save(0, MOST);
        compaction.ended(registry);
        assertThat(store.size()).isEqualTo(MOST);
        save(MOST, MOST + 1);
        compaction.ended(registry);
        assertThat(store.ballots()).containsOnlyKeys(name(3), name(4));
    }

    @Test
    void electionsWithAPeerKeepTheirBallotsAndDoNotCount() {
        for (int number = 0; number < 3; number++) {
            registry.begin(name(number));
        }
        save(0, 3 + MOST);
        compaction.ended(registry);
        assertThat(store.size()).isEqualTo(3 + MOST);
        save(3 + MOST, 4 + MOST);
        compaction.ended(registry);
        assertThat(store.ballots()).containsKeys(name(0), name(1), name(2)).hasSize(3 + MOST / 2);
    }

    @Test
    void whileBallotsAreBeingForgottenNothingElseIsAskedOfTheDisk() {
        save(0, MOST + 1);
        store.hold();
        compaction.ended(registry);
        compaction.ended(registry);
        assertThat(store.waiting()).isEqualTo(1);
        store.release();
        assertThat(store.size()).isEqualTo(MOST / 2);
        save(10, 10 + MOST);
        compaction.ended(registry);
        assertThat(store.size()).isEqualTo(MOST / 2);
    }
}
