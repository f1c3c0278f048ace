package dev.conclave.internal.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Ballot;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer that its node does not need any more, and when it may end. */
class PeerActorIdleTest {

    private final PeerFixture peer = new PeerFixture();
    private final ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        peer.close();
    }

    private CompletableFuture<Done> resign() {
        CompletableFuture<Done> done = new CompletableFuture<>();
        peer.peer.tell(new PeerCommand.Resign(done));
        return done;
    }

    private boolean ended() {
        CompletableFuture<Done> gone = new CompletableFuture<>();
        TestProbe<Object> watcher = peer.kit.createTestProbe();
        try {
            watcher.expectTerminated(peer.peer, java.time.Duration.ofSeconds(10));
            gone.complete(Done.getInstance());
        } catch (AssertionError stillThere) {
            return false;
        }
        return gone.isDone();
    }

    /** Lets time pass without a settling word, which would stir the peer. */
    private void wait(java.time.Duration time) {
        peer.clock.advance(time, () -> {});
    }

    @Test
    void anElectionThatIsWatchedIsNotIdle() {
        peer.pass(PeerFixture.E.multipliedBy(3));

        assertThat(peer.seen).doesNotContain("idle");
    }

    @Test
    void anUnusedElectionIsIdleAfterTheLoyaltyToItsLeader() {
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(1, 0, List.of()));
        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(resigned::isDone);

        wait(PeerFixture.E.dividedBy(2));
        peer.peer.tell(new PeerCommand.FromPeer(
                PeerFixture.BERT, PeerFixture.LIFE, 0, new Message.Heartbeat(1, 1, List.of()), MessageRoute.ARTERY));
        await().atMost(10, SECONDS).until(() -> peer.seenOf("send HeartbeatAck").count() == 2);
        wait(PeerFixture.E.minusMillis(1));
        assertThat(peer.seen).doesNotContain("idle");
        // It may set its alarm later than it is seen to answer, so time goes on until it rings.
        await().atMost(10, SECONDS).until(() -> {
            wait(PeerFixture.E.plusMillis(1));
            return peer.seen.contains("idle");
        });
        peer.peer.tell(new PeerCommand.EndIfIdle());
        assertThat(ended()).isTrue();
    }

    @Test
    void anIdlePeerThatIsJoinedAgainStays() {
        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(resigned::isDone);
        wait(PeerFixture.E.multipliedBy(2));
        await().atMost(10, SECONDS).until(() -> peer.seen.contains("idle"));

        peer.peer.tell(new PeerCommand.Join());
        peer.peer.tell(new PeerCommand.EndIfIdle());

        await().atMost(10, SECONDS).until(() -> peer.seen.contains("stays"));
    }

    @Test
    void aPeerThatOwesLoyaltyToALeaderStays() {
        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(resigned::isDone);

        peer.peer.tell(new PeerCommand.FromPeer(
                PeerFixture.BERT, PeerFixture.LIFE, 0, new Message.Heartbeat(1, 0, List.of()), MessageRoute.ARTERY));
        peer.peer.tell(new PeerCommand.EndIfIdle());

        await().atMost(10, SECONDS).until(() -> peer.seen.contains("stays"));
    }

    @Test
    void aPeerWhoseBallotIsNotOnDiskStays() {
        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(resigned::isDone);
        peer.store.hold();

        peer.peer.tell(new PeerCommand.FromPeer(
                PeerFixture.BERT, PeerFixture.LIFE, 0, new Message.RequestVote(1, 0), MessageRoute.ARTERY));
        peer.peer.tell(new PeerCommand.EndIfIdle());

        await().atMost(10, SECONDS).until(() -> peer.seen.contains("stays"));
    }

    @Test
    void resigningALeadershipCompletesWhenItsUsersHaveStopped() {
        TestProbe<Object> whose = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(whose.getRef(), peer.user("holder", answers)));
        peer.lead();

        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(() -> !answers.isEmpty());
        assertThat(resigned).isNotDone();
        answers.remove().tell(Done.getInstance());

        await().atMost(10, SECONDS).until(resigned::isDone);
        assertThat(peer.seenOf("holder", "dismissed", "ended", "stopped", "send Release"))
                .containsSubsequence("dismissed 1 WITHDRAWN", "holder stop 1", "ended 1 WITHDRAWN", "stopped");
        assertThat(peer.participants.members()).isEmpty();
    }

    @Test
    void aSubscriberOfTheRegisterDoesNotKeepThePeerOfAnElectionThatWasLeft() {
        TestProbe<Object> whose = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.SubscribeRegister(whose.getRef(), (entry, isTruth) -> {}));
        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(resigned::isDone);
        assertThat(peer.participants.members()).isEmpty();
        assertThat(peer.participants.isWanting()).isFalse();
    }

    @Test
    void aSubscriberThatArrivesWhileThePeerResignsIsKept() {
        peer.lead();
        TestProbe<Object> holder = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(holder.getRef(), peer.user("holder", answers)));
        TestProbe<Object> whose = peer.kit.createTestProbe();

        CompletableFuture<Done> resigned = resign();
        peer.peer.tell(new PeerCommand.Subscribe(whose.getRef(), peer.subscriber()));
        await().atMost(10, SECONDS).until(() -> !answers.isEmpty());
        answers.remove().tell(Done.getInstance());
        await().atMost(10, SECONDS).until(resigned::isDone);

        assertThat(peer.participants.members()).containsExactly(whose.getRef());
    }

    @Test
    void aVoteCastAfterResigningIsStoredWhenThePeerEnds() {
        PeerId bert = PeerFixture.BERT;
        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(resigned::isDone);
        peer.peer.tell(new PeerCommand.FromPeer(
                bert, PeerFixture.LIFE, 0, new Message.RequestVote(7, 0), MessageRoute.ARTERY));
        await().atMost(10, SECONDS).until(() -> peer.seenOf("send VoteGranted").count() == 1);
        wait(PeerFixture.E.multipliedBy(2));
        await().atMost(10, SECONDS).until(() -> peer.seen.contains("idle"));
        peer.peer.tell(new PeerCommand.EndIfIdle());

        assertThat(ended()).isTrue();
        assertThat(peer.store.ballots()).containsEntry(PeerFixture.ORDERS, Ballot.vote(7, bert));
    }
}
