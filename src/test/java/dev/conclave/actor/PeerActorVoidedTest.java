package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R10: a peer of a node whose lifeline has ended never leads again, notifies all subscribers, and still votes. */
class PeerActorVoidedTest {

    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void r10_aVoidLeadershipIsDismissedAndEndedBeforeSubscribersReceiveStopped() {
        ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();
        TestProbe<Done> whose = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(whose.getRef(), scene.user("one", answers)));
        Lease lease = scene.lead();
        scene.tell(new PeerActor.Voided());
        assertThat(lease.holds()).isFalse();
        assertThat(scene.seenOf("dismissed", "one stop", "ended", "stopped"))
                .containsExactly("dismissed 1 VOID", "one stop 1", "ended 1 VOID", "stopped");
    }

    @Test
    void r10_aPeerThatCanNeverLeadAgainDoesNotStandAndFailsWhenElected() {
        CompletableFuture<Lease> before = new CompletableFuture<>();
        scene.tell(new PeerActor.WhenElected(before));
        scene.tell(new PeerActor.Voided());
        assertThat(before).isCompletedExceptionally();
        CompletableFuture<Lease> after = new CompletableFuture<>();
        scene.tell(new PeerActor.WhenElected(after));
        assertThat(after).isCompletedExceptionally();
        scene.tell(new PeerActor.Stand());
        scene.pass(Scene.E.multipliedBy(4));
        assertThat(scene.seenOf("send RequestPreVote", "send RequestVote", "standing"))
                .isEmpty();
    }

    @Test
    void r10_aPeerThatCanNeverLeadAgainGoesOnVoting() {
        scene.tell(new PeerActor.Voided());
        scene.hear(Scene.BERT, new Message.RequestVote(5, 0));
        scene.settle();
        assertThat(scene.last(Message.VoteGranted.class).term()).isEqualTo(5);
    }
}
