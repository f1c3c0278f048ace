package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Ballot;
import dev.conclave.core.Message;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer's actor that fails: the loss first, then the ballot again, and only then anything else. */
class PeerActorRestartTest {

    private final Scene scene = new Scene();
    private final ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        scene.close();
    }

    private void fail() {
        scene.failOn("send PreVoteRefused");
        scene.hear(Scene.BERT, new Message.RequestPreVote(1, 0));
    }

    @Test
    void aFailedPeerAnnouncesTheLossAndThenReadsItsBallotBeforeAnythingElse() {
        Lease lease = scene.lead();
        scene.seen.clear();
        fail();
        assertThat(lease.holds()).isFalse();
        assertThat(scene.seenOf("dismissed", "ended", "read", "elected"))
                .containsExactly("dismissed 1 VOID", "ended 1 VOID", "read");
        assertThat(scene.view.sight().leader()).isEmpty();
        assertThat(scene.view.sight().term()).isEqualTo(1);
    }

    @Test
    void aFailedPeerAcceptsNothingBeforeItHasReadTheBallotThatWasInFlight() {
        scene.store.hold();
        scene.hear(Scene.BERT, new Message.RequestVote(5, 0));
        fail();
        // It asks again, and another asks in the same term, while the vote is under way and forgotten in memory.
        scene.hear(Scene.CLEO, new Message.RequestVote(5, 0));
        assertThat(scene.seenOf("send Vote")).isEmpty();
        scene.store.release();
        scene.settle();
        assertThat(scene.seenOf("send Vote")).containsExactly("send VoteRefused 5 to c:1");
        scene.hear(Scene.BERT, new Message.RequestVote(5, 0));
        assertThat(scene.seenOf("send Vote")).last().isEqualTo("send VoteGranted 5 to b:1");
        assertThat(scene.store.ballots()).containsEntry(Scene.ORDERS, Ballot.vote(5, Scene.BERT));
    }

    @Test
    void effectsOfThePeersFormerLifeAreDropped() {
        scene.store.hold();
        long term = scene.stand();
        scene.hear(Scene.BERT, new Message.VoteGranted(term));
        fail();
        scene.store.release();
        scene.settle();
        scene.hear(Scene.BERT, new Message.VoteGranted(term));
        assertThat(scene.seenOf("send Heartbeat", "elected")).isEmpty();
    }

    @Test
    void r6_aRestartedPeerIsLoyalToALeaderThatItMayHaveForgotten() {
        scene.hear(Scene.BERT, new Message.Heartbeat(3, 10, List.of()));
        fail();
        scene.hear(Scene.CLEO, new Message.RequestVote(4, 0));
        assertThat(scene.seenOf("send Vote")).containsExactly("send VoteRefused 3 to c:1");
        scene.pass(Scene.E);
        scene.hear(Scene.CLEO, new Message.RequestVote(4, 0));
        assertThat(scene.seenOf("send Vote")).last().isEqualTo("send VoteGranted 4 to c:1");
    }

    @Test
    void subscribersUsersAndTheCandidacySurviveARestartOfThePeer() {
        TestProbe<Done> holder = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(holder.getRef(), scene.user("holder", answers)));
        scene.lead();
        fail();
        assertThat(scene.seenOf("holder")).containsExactly("holder start 1", "holder stop 1");
        scene.seen.clear();
        for (int i = 0; i < 40 && scene.seenOf("send RequestPreVote").findAny().isEmpty(); i++) {
            scene.pass(Scene.H);
        }
        long term = scene.last(Message.RequestPreVote.class).term();
        scene.hear(Scene.BERT, new Message.PreVoteGranted(term));
        scene.hear(Scene.BERT, new Message.VoteGranted(term));
        scene.acknowledge();
        assertThat(scene.seenOf("elected", "holder")).containsExactly("elected " + term, "holder start " + term);
        scene.end(holder);
        assertThat(scene.company.members()).doesNotContain(holder.getRef());
    }

    @Test
    void aFailedFollowerAnnouncesThatItKnowsNoLeader() {
        scene.hear(Scene.BERT, new Message.Heartbeat(3, 10, List.of()));
        fail();
        scene.hear(Scene.BERT, new Message.Heartbeat(3, 20, List.of()));
        assertThat(scene.seenOf("following", "leaderless"))
                .containsExactly("following b:1 3", "leaderless 3", "following b:1 3");
    }

    @Test
    void aFailingSubscriberDoesNotKeepTheLossFromOthers() {
        TestProbe<Done> holder = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(holder.getRef(), scene.user("holder", answers)));
        Lease lease = scene.lead();
        scene.failOn("dismissed");
        scene.tell(new PeerActor.Voided());
        assertThat(lease.holds()).isFalse();
        assertThat(scene.seenOf("dismissed", "holder stop", "ended", "read").skip(1))
                .containsExactly("dismissed 1 VOID", "holder stop 1", "ended 1 VOID", "read");
    }

    @Test
    void aFailureBeforeTheDismissalIsAnnouncedDismissesTheUsers() {
        TestProbe<Done> holder = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(holder.getRef(), scene.user("holder", answers)));
        Lease lease = scene.lead();
        // The renewal, the first of the effects of this step, is not what fails; the message before the dismissal is.
        scene.failOn("send Heartbeat");
        scene.pass(Scene.H);
        assertThat(lease.holds()).isFalse();
        assertThat(scene.seenOf("dismissed", "holder stop", "ended"))
                .containsExactly("dismissed 1 VOID", "holder stop 1", "ended 1 VOID");
    }

    @Test
    void aUserThatEndsWhileTheBallotIsReadIsForgotten() {
        TestProbe<Done> holder = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(holder.getRef(), scene.user("holder", answers)));
        scene.hear(Scene.BERT, new Message.Heartbeat(3, 10, List.of()));
        scene.store.hold();
        fail();
        scene.end(holder);
        scene.store.release();
        scene.settle();
        assertThat(scene.company.members()).doesNotContain(holder.getRef());
        assertThat(scene.seenOf("read")).hasSize(2);
    }

    @Test
    void aHandOverOvertakenByAFailureFailsAndAShutdownGoesOn() {
        TestProbe<Done> holder = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(holder.getRef(), scene.user("holder", answers)));
        scene.lead();
        CompletableFuture<Done> handedOver = new CompletableFuture<>();
        CompletableFuture<Done> left = new CompletableFuture<>();
        scene.tell(new PeerActor.HandOver(handedOver));
        scene.tell(new PeerActor.Leave(left));
        assertThat(handedOver).isNotDone();
        assertThat(left).isNotDone();
        fail();
        assertThat(handedOver).isCompletedExceptionally();
        assertThat(left).isCompleted();
        scene.pass(Scene.E.multipliedBy(4));
        assertThat(scene.sent.stream().filter(Message.RequestPreVote.class::isInstance))
                .as("a node that is shutting down stands no more")
                .hasSizeLessThan(3);
    }
}
