package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.ElectionName;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.peer.PeerFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A node has at most one peer in an election, and none where nobody needs it; no message is lost between two of them. */
class PeerRegistryTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final ElectionName ORDERS = new ElectionName("orders");
    private static final ElectionName STOCK = new ElectionName("stock");

    private final List<TestProbe<PeerCommand>> spawned = new ArrayList<>();
    private final AtomicInteger forgotten = new AtomicInteger();
    private final PeerRegistry voter = new PeerRegistry((registry, name) -> spawn(), () -> true);
    private final PeerRegistry nonVoter = new PeerRegistry((registry, name) -> spawn(), () -> false);

    private ActorRef<PeerCommand> spawn() {
        TestProbe<PeerCommand> peer = KIT.createTestProbe();
        spawned.add(peer);
        return peer.getRef();
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private static PeerCommand.FromPeer said(Message message) {
        return new PeerCommand.FromPeer(PeerFixture.BERT, PeerFixture.LIFE, 0, message, MessageRoute.ARTERY);
    }

    private static PeerCommand.FromPeer asked(long term) {
        return said(new Message.RequestVote(term, 0));
    }

    private static final PeerCommand.FromPeer LATE = said(new Message.VoteRefused(1, 1));

    private ActorRef<PeerCommand> peer(int number) {
        return spawned.get(number).getRef();
    }

    @Test
    void theFirstMessageOfAnElectionBeginsItsPeerAndTheNextOnesGoToTheSame() {
        PeerCommand.Stand stand = new PeerCommand.Stand();
        PeerCommand.Withdraw withdraw = new PeerCommand.Withdraw();
        voter.tell(ORDERS, stand);
        voter.tell(ORDERS, withdraw);
        voter.tell(STOCK, new PeerCommand.Join());
        assertThat(spawned).hasSize(2);
        spawned.get(0).expectMessage(stand);
        spawned.get(0).expectMessage(withdraw);
        assertThat(voter.size()).isEqualTo(2);
        assertThat(voter.elections()).containsExactlyInAnyOrder(ORDERS, STOCK);
        assertThat(voter.peers()).containsExactlyInAnyOrder(peer(0), peer(1));

        PeerCommand.Voided voided = new PeerCommand.Voided();
        voter.tellAll(voided);
        spawned.get(0).expectMessage(voided);
        spawned.get(1).expectMessageClass(PeerCommand.Join.class);
        spawned.get(1).expectMessage(voided);
    }

    @Test
    void aMessageOfAnotherNodeBeginsAPeerOnlyWhereItWantsAnAnswerOfAVoter() {
        assertThat(voter.hear(ORDERS, LATE)).isTrue();
        assertThat(nonVoter.hear(ORDERS, asked(1))).isTrue();
        assertThat(spawned).isEmpty();

        assertThat(voter.hear(ORDERS, asked(1))).isTrue();
        assertThat(voter.hear(ORDERS, LATE)).isTrue();
        assertThat(spawned).hasSize(1);
        spawned.get(0).expectMessage(asked(1));
        spawned.get(0).expectMessage(LATE);

        nonVoter.tell(ORDERS, new PeerCommand.Join());
        assertThat(nonVoter.hear(ORDERS, asked(1))).isTrue();
        spawned.get(1).expectMessageClass(PeerCommand.Join.class);
        spawned.get(1).expectMessage(asked(1));
    }

    @Test
    void messagesForAPeerThatEndsGoToItsSuccessorInTheirOrder() {
        voter.begin(ORDERS);
        voter.idle(ORDERS, peer(0));
        voter.idle(ORDERS, peer(0));
        spawned.get(0).expectMessageClass(PeerCommand.EndIfIdle.class);
        voter.hear(ORDERS, LATE);
        PeerCommand.Stand stand = new PeerCommand.Stand();
        voter.tell(ORDERS, stand);
        spawned.get(0).expectNoMessage();

        voter.ended(ORDERS, peer(0), forgotten::incrementAndGet);
        assertThat(forgotten).hasValue(1);
        assertThat(spawned).hasSize(2);
        spawned.get(1).expectMessage(LATE);
        spawned.get(1).expectMessage(stand);
        voter.hear(ORDERS, LATE);
        spawned.get(1).expectMessage(LATE);
    }

    @Test
    void aPeerThatStaysGetsWhatHasWaitedAndMayBecomeIdleAgain() {
        voter.begin(ORDERS);
        voter.idle(ORDERS, peer(0));
        spawned.get(0).expectMessageClass(PeerCommand.EndIfIdle.class);
        voter.hear(ORDERS, asked(3));
        voter.stays(ORDERS, peer(0));
        spawned.get(0).expectMessage(asked(3));
        voter.hear(ORDERS, asked(4));
        spawned.get(0).expectMessage(asked(4));
        voter.stays(ORDERS, peer(0));
        voter.idle(ORDERS, peer(0));
        spawned.get(0).expectMessageClass(PeerCommand.EndIfIdle.class);
        assertThat(spawned).hasSize(1);
    }

    @Test
    void whereNothingThatWaitedNeedsAPeerNoneIsBegunAndEachCallerIsAnswered() {
        voter.begin(ORDERS);
        voter.idle(ORDERS, peer(0));
        CompletableFuture<Done> left = new CompletableFuture<>();
        voter.tell(ORDERS, new PeerCommand.Leave(left));
        voter.hear(ORDERS, LATE);
        voter.ended(ORDERS, peer(0), forgotten::incrementAndGet);
        assertThat(forgotten).hasValue(1);
        assertThat(left).isCompletedWithValue(Done.getInstance());
        assertThat(voter.size()).isZero();
        assertThat(spawned).hasSize(1);
    }

    @Test
    void aPeerThatFailsForGoodLeavesItsElectionKnownUntilItIsBegunAgain() {
        voter.begin(ORDERS);
        voter.ended(ORDERS, peer(0), forgotten::incrementAndGet);
        assertThat(forgotten).hasValue(0);
        assertThat(voter.size()).isZero();
        voter.begin(ORDERS);
        assertThat(voter.peers()).containsExactly(peer(1));
    }

    @Test
    void aFormerPeerChangesNothing() {
        voter.begin(ORDERS);
        ActorRef<PeerCommand> former = peer(0);
        voter.ended(ORDERS, former, forgotten::incrementAndGet);
        voter.begin(ORDERS);
        voter.idle(ORDERS, former);
        voter.hear(ORDERS, asked(1));
        spawned.get(1).expectMessage(asked(1));
        voter.idle(ORDERS, peer(1));
        spawned.get(1).expectMessageClass(PeerCommand.EndIfIdle.class);
        voter.hear(ORDERS, asked(2));
        voter.stays(ORDERS, former);
        voter.ended(ORDERS, former, forgotten::incrementAndGet);
        spawned.get(1).expectNoMessage();
        assertThat(forgotten).hasValue(0);
        assertThat(voter.peers()).containsExactly(peer(1));
    }

    @Test
    void ofWhatOthersSayOnlySoMuchWaitsForAPeerToEndAndAllThatThisNodeWants() {
        voter.begin(ORDERS);
        voter.idle(ORDERS, peer(0));
        for (int i = 0; i < 1_000; i++) {
            assertThat(voter.hear(ORDERS, asked(i + 1))).isTrue();
        }
        assertThat(voter.hear(ORDERS, asked(2_000))).isFalse();
        PeerCommand.Stand stand = new PeerCommand.Stand();
        voter.tell(ORDERS, stand);
        voter.ended(ORDERS, peer(0), forgotten::incrementAndGet);
        List<PeerCommand> waited = spawned.get(1).receiveSeveralMessages(1_001);
        assertThat(waited).startsWith(asked(1)).endsWith(asked(1_000), stand);
    }

    @Test
    void aVoterHearsOfABoundedNumberOfElectionsAndJoinsAnyNumberItself() {
        ActorRef<PeerCommand> one = KIT.<PeerCommand>createTestProbe().getRef();
        PeerRegistry registry = new PeerRegistry((self, name) -> one, () -> true);
        for (int i = 0; i < PeerRegistry.MAX_HEARD_OF - 1; i++) {
            registry.begin(new ElectionName("" + i));
        }
        assertThat(registry.hear(ORDERS, asked(1))).isTrue();
        assertThat(registry.hear(STOCK, asked(1))).isFalse();
        assertThat(registry.hear(STOCK, LATE)).isTrue();
        assertThat(registry.hear(ORDERS, asked(1))).isTrue();
        registry.tell(STOCK, new PeerCommand.Join());
        assertThat(registry.hear(STOCK, asked(1))).isTrue();
        assertThat(registry.size()).isEqualTo(PeerRegistry.MAX_HEARD_OF + 1);
    }
}
