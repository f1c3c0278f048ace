package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import dev.conclave.core.Ballot;
import dev.conclave.core.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R3 in the actor: which messages wait for the disk. */
class PeerActorDiskTest {

    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void r3_aVoteRequestIsSentDuringTheForceAndVotesCountOnlyAfterIt() {
        scene.store.hold();
        long term = scene.stand();
        scene.hear(Scene.BERT, new Message.VoteGranted(term));
        assertThat(scene.seen).contains("save " + term, "send RequestVote " + term + " to b:1");
        assertThat(scene.seenOf("send Heartbeat")).isEmpty();
        scene.store.release();
        scene.settle();
        assertThat(scene.seenOf("send Heartbeat")).isNotEmpty();
    }

    @Test
    void r3_anAnswerAndItsRepetitionWaitForTheForceInFlight() {
        scene.store.hold();
        scene.hear(Scene.BERT, new Message.RequestVote(5, 0));
        scene.hear(Scene.BERT, new Message.RequestVote(5, 0));
        assertThat(scene.seen).contains("save 5");
        assertThat(scene.seenOf("send VoteGranted")).isEmpty();
        scene.store.release();
        scene.settle();
        assertThat(scene.seenOf("save", "send"))
                .containsExactly("save 5", "send VoteGranted 5 to b:1", "send VoteGranted 5 to b:1");
    }

    @Test
    void r3_messagesThatNeedTheDiskAreSentInOrderAndOnlyAfterTheForce() {
        scene.store.hold();
        scene.hear(Scene.BERT, new Message.Heartbeat(3, 10, List.of()));
        scene.hear(Scene.CLEO, new Message.Heartbeat(4, 20, List.of()));
        scene.hear(Scene.BERT, new Message.RequestVote(3, 0));
        assertThat(scene.seenOf("send")).containsExactly("send VoteRefused 4 to b:1");
        scene.store.release();
        scene.settle();
        assertThat(scene.seenOf("send"))
                .containsExactly(
                        "send VoteRefused 4 to b:1", "send HeartbeatAck 3 to b:1", "send HeartbeatAck 4 to c:1");
    }

    @Test
    void r3_aLossIsAnnouncedBeforeTheBallotThatCausesItIsWritten() {
        Lease lease = scene.lead();
        scene.store.hold();
        scene.hear(Scene.CLEO, new Message.Heartbeat(9, 1, List.of()));
        assertThat(scene.seenOf("dismissed", "save 9", "following"))
                .containsExactly("dismissed 1 HIGHER_TERM", "save 9", "following c:1 9");
        assertThat(lease.holds()).isFalse();
        assertThat(scene.seenOf("send HeartbeatAck")).isEmpty();
    }

    @Test
    void r3_aBallotThatCannotBeWrittenStopsThePeerAndTheLossIsAnnounced() {
        Lease lease = scene.lead();
        scene.store.hold();
        // It meets a higher term while it holds a lease, so it stands above (R1) and needs the disk.
        scene.hear(Scene.CLEO, new Message.HeartbeatRefused(6));
        assertThat(lease.holds()).isFalse();
        scene.store.fail(new IOException("the disk is full"));
        scene.kit.createTestProbe().expectTerminated(scene.peer, Duration.ofSeconds(10));
        assertThat(scene.seenOf("dismissed", "save 7", "ended", "stopped"))
                .containsExactly("dismissed 1 HIGHER_TERM", "save 7", "ended 1 HIGHER_TERM", "stopped");
        assertThat(scene.view.sight().leader()).isEmpty();
        assertThat(scene.store.ballots()).containsEntry(Scene.ORDERS, Ballot.vote(1, Scene.ANNA));
    }

    @Test
    void aPeerWhoseStoreFailsBeforeItsStartStopsAndCompletesWaitingCalls() {
        CompletableFuture<Done> handedOver = new CompletableFuture<>();
        CompletableFuture<Done> left = new CompletableFuture<>();
        scene.store.hold();
        scene.failOn("send PreVoteRefused");
        scene.hear(Scene.BERT, new Message.Heartbeat(3, 10, List.of()));
        scene.hear(Scene.BERT, new Message.RequestPreVote(1, 0));
        scene.tell(new PeerActor.HandOver(handedOver));
        scene.tell(new PeerActor.Leave(left));
        scene.store.fail(new IOException("gone"));
        scene.kit.createTestProbe().expectTerminated(scene.peer, Duration.ofSeconds(10));
        assertThat(handedOver).isCompletedExceptionally();
        assertThat(left).isCompleted();
        assertThat(scene.seen).last().isEqualTo("stopped");
    }

    /** A disk that hangs: ten thousand messages of peers or users must not displace a later command. */
    @Test
    void commandsOfTheNodeAreNeverLostWhileABallotIsBeingRead() {
        AtomicInteger dropped = new AtomicInteger();
        scene.instruments.fit(
                new Instruments() {
                    @Override
                    public void dropped(String reason) {
                        dropped.addAndGet(reason.equals(DropReasons.BALLOT_UNREAD) ? 1 : 0);
                    }
                },
                Runnable::run);
        scene.store.hold();
        scene.failOn("send PreVoteRefused");
        scene.hear(Scene.BERT, new Message.Heartbeat(3, 10, List.of()));
        scene.hear(Scene.BERT, new Message.RequestPreVote(1, 0));
        for (int i = 0; i < 10_050; i++) {
            scene.peer.tell(
                    new PeerActor.FromPeer(Scene.CLEO, Scene.LIFE, new Message.RequestPreVote(2, 0), Way.ARTERY));
            scene.peer.tell(new PeerActor.Withdraw());
        }
        CompletableFuture<Lease> elected = new CompletableFuture<>();
        CompletableFuture<Done> handedOver = new CompletableFuture<>();
        scene.tell(new PeerActor.WhenElected(elected));
        scene.tell(new PeerActor.Stand());
        scene.tell(new PeerActor.HandOver(handedOver));
        assertThat(elected).isNotDone();
        assertThat(handedOver).isNotDone();
        scene.store.release();
        scene.settle();
        assertThat(handedOver).as("it does not lead").isCompletedExceptionally();
        assertThat(scene.company.stands).isTrue();
        assertThat(scene.seenOf("send PreVoteRefused 3 to c:1")).hasSize(Reading.MAX_HEARD);
        assertThat(dropped).hasValue(10_050 - Reading.MAX_HEARD);
        scene.pass(Scene.E.multipliedBy(2));
        scene.hear(
                Scene.BERT,
                new Message.PreVoteGranted(
                        scene.last(Message.RequestPreVote.class).term()));
        scene.hear(
                Scene.BERT,
                new Message.VoteGranted(scene.last(Message.RequestVote.class).term()));
        scene.acknowledge();
        assertThat(elected).isCompleted();
    }
}
