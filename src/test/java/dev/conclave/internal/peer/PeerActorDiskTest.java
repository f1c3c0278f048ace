package dev.conclave.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import dev.conclave.core.Ballot;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.internal.telemetry.DropReasons;
import dev.conclave.internal.telemetry.TelemetryListener;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R3 in the actor: which messages wait for the disk. */
class PeerActorDiskTest {

    private final PeerFixture peer = new PeerFixture();

    @AfterEach
    void close() {
        peer.close();
    }

    @Test
    void r3_aVoteRequestIsSentDuringTheForceAndVotesCountOnlyAfterIt() {
        peer.store.hold();
        long term = peer.stand();
        peer.hear(PeerFixture.BERT, new Message.VoteGranted(term));
        assertThat(peer.seen).contains("save " + term, "send RequestVote " + term + " to b:1");
        assertThat(peer.seenOf("send Heartbeat")).isEmpty();
        peer.store.release();
        peer.settle();
        assertThat(peer.seenOf("send Heartbeat")).isNotEmpty();
    }

    @Test
    void r3_anAnswerAndItsRepetitionWaitForTheForceInFlight() {
        peer.store.hold();
        peer.hear(PeerFixture.BERT, new Message.RequestVote(5, 0));
        peer.hear(PeerFixture.BERT, new Message.RequestVote(5, 0));
        assertThat(peer.seen).contains("save 5");
        assertThat(peer.seenOf("send VoteGranted")).isEmpty();
        peer.store.release();
        peer.settle();
        assertThat(peer.seenOf("save", "send"))
                .containsExactly("save 5", "send VoteGranted 5 to b:1", "send VoteGranted 5 to b:1");
    }

    @Test
    void r3_messagesThatNeedTheDiskAreSentInOrderAndOnlyAfterTheForce() {
        peer.store.hold();
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, 10, List.of()));
        peer.hear(PeerFixture.CLEO, new Message.Heartbeat(4, 20, List.of()));
        peer.hear(PeerFixture.BERT, new Message.RequestVote(3, 0));
        assertThat(peer.seenOf("send")).containsExactly("send VoteRefused 4 to b:1");
        peer.store.release();
        peer.settle();
        assertThat(peer.seenOf("send"))
                .containsExactly(
                        "send VoteRefused 4 to b:1", "send HeartbeatAck 3 to b:1", "send HeartbeatAck 4 to c:1");
    }

    @Test
    void r3_aLossIsAnnouncedBeforeTheBallotThatCausesItIsWritten() {
        LeadershipLease lease = peer.lead();
        peer.store.hold();
        peer.hear(PeerFixture.CLEO, new Message.Heartbeat(9, 1, List.of()));
        assertThat(peer.seenOf("dismissed", "save 9", "following"))
                .containsExactly("dismissed 1 HIGHER_TERM", "save 9", "following c:1 9");
        assertThat(lease.holds()).isFalse();
        assertThat(peer.seenOf("send HeartbeatAck")).isEmpty();
    }

    @Test
    void r3_aBallotThatCannotBeWrittenStopsThePeerAndTheLossIsAnnounced() {
        LeadershipLease lease = peer.lead();
        peer.store.hold();
        // It meets a higher term while it holds a lease, so it stands above (R1) and needs the disk.
        peer.hear(PeerFixture.CLEO, new Message.HeartbeatRefused(6));
        assertThat(lease.holds()).isFalse();
        peer.store.fail(new IOException("the disk is full"));
        peer.kit.createTestProbe().expectTerminated(peer.peer, Duration.ofSeconds(10));
        assertThat(peer.seenOf("dismissed", "save 7", "ended", "stopped"))
                .containsExactly("dismissed 1 HIGHER_TERM", "save 7", "ended 1 HIGHER_TERM", "stopped");
        assertThat(peer.view.sight().leader()).isEmpty();
        assertThat(peer.store.ballots()).containsEntry(PeerFixture.ORDERS, Ballot.vote(1, PeerFixture.ANNA));
    }

    @Test
    void aPeerWhoseStoreFailsBeforeItsStartStopsAndCompletesWaitingCalls() {
        CompletableFuture<Done> handedOver = new CompletableFuture<>();
        CompletableFuture<Done> left = new CompletableFuture<>();
        peer.store.hold();
        peer.failOn("send PreVoteRefused");
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, 10, List.of()));
        peer.hear(PeerFixture.BERT, new Message.RequestPreVote(1, 0));
        peer.tell(new PeerCommand.HandOver(handedOver));
        peer.tell(new PeerCommand.Leave(left));
        peer.store.fail(new IOException("gone"));
        peer.kit.createTestProbe().expectTerminated(peer.peer, Duration.ofSeconds(10));
        assertThat(handedOver).isCompletedExceptionally();
        assertThat(left).isCompleted();
        assertThat(peer.seen).last().isEqualTo("stopped");
    }

    /** A disk that hangs: ten thousand messages of peers or users must not displace a later command. */
    @Test
    void commandsOfTheNodeAreNeverLostWhileABallotIsBeingRead() {
        AtomicInteger dropped = new AtomicInteger();
        peer.instruments.fit(
                new TelemetryListener() {
                    @Override
                    public void dropped(String reason) {
                        dropped.addAndGet(reason.equals(DropReasons.BALLOT_UNREAD) ? 1 : 0);
                    }
                },
                Runnable::run);
        peer.store.hold();
        peer.failOn("send PreVoteRefused");
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, 10, List.of()));
        peer.hear(PeerFixture.BERT, new Message.RequestPreVote(1, 0));
        for (int i = 0; i < 10_050; i++) {
            peer.peer.tell(new PeerCommand.FromPeer(
                    PeerFixture.CLEO, PeerFixture.LIFE, 0, new Message.RequestPreVote(2, 0), MessageRoute.ARTERY));
            peer.peer.tell(new PeerCommand.Withdraw());
        }
        CompletableFuture<LeadershipLease> elected = new CompletableFuture<>();
        CompletableFuture<Done> handedOver = new CompletableFuture<>();
        peer.tell(new PeerCommand.WhenElected(elected));
        peer.tell(new PeerCommand.Stand());
        peer.tell(new PeerCommand.HandOver(handedOver));
        assertThat(elected).isNotDone();
        assertThat(handedOver).isNotDone();
        peer.store.release();
        peer.settle();
        assertThat(handedOver).as("it does not lead").isCompletedExceptionally();
        assertThat(peer.participants.stands).isTrue();
        assertThat(peer.seenOf("send PreVoteRefused 3 to c:1")).hasSize(LoadingPeer.MAX_HEARD);
        assertThat(dropped).hasValue(10_050 - LoadingPeer.MAX_HEARD);
        peer.pass(PeerFixture.E.multipliedBy(2));
        peer.hear(
                PeerFixture.BERT,
                new Message.PreVoteGranted(
                        peer.last(Message.RequestPreVote.class).term()));
        peer.hear(
                PeerFixture.BERT,
                new Message.VoteGranted(peer.last(Message.RequestVote.class).term()));
        peer.acknowledge();
        assertThat(elected).isCompleted();
    }
}
