package dev.conclave.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.peer.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R10: a peer of a node whose lifeline has ended never leads again, notifies all subscribers, and still votes. */
class PeerActorVoidedTest {

    private final PeerFixture peer = new PeerFixture();

    @AfterEach
    void close() {
        peer.close();
    }

    @Test
    void r10_aVoidLeadershipIsDismissedAndEndedBeforeSubscribersReceiveStopped() {
        ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();
        TestProbe<Done> whose = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(whose.getRef(), peer.user("one", answers)));
        LeadershipLease lease = peer.lead();
        peer.tell(new PeerCommand.Voided());
        assertThat(lease.holds()).isFalse();
        assertThat(peer.seenOf("dismissed", "one stop", "ended", "stopped"))
                .containsExactly("dismissed 1 VOID", "one stop 1", "ended 1 VOID", "stopped");
    }

    @Test
    void r10_aPeerThatCanNeverLeadAgainDoesNotStandAndFailsWhenElected() {
        CompletableFuture<LeadershipLease> before = new CompletableFuture<>();
        peer.tell(new PeerCommand.WhenElected(before));
        peer.tell(new PeerCommand.Voided());
        assertThat(before).isCompletedExceptionally();
        CompletableFuture<LeadershipLease> after = new CompletableFuture<>();
        peer.tell(new PeerCommand.WhenElected(after));
        assertThat(after).isCompletedExceptionally();
        peer.tell(new PeerCommand.Stand());
        peer.pass(PeerFixture.E.multipliedBy(4));
        assertThat(peer.seenOf("send RequestPreVote", "send RequestVote", "standing"))
                .isEmpty();
    }

    @Test
    void r10_aPeerThatCanNeverLeadAgainGoesOnVoting() {
        peer.tell(new PeerCommand.Voided());
        peer.hear(PeerFixture.BERT, new Message.RequestVote(5, 0));
        peer.settle();
        assertThat(peer.last(Message.VoteGranted.class).term()).isEqualTo(5);
    }
}
