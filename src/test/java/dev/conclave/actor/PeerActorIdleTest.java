package dev.conclave.actor;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Ballot;
import dev.conclave.core.Message;
import dev.conclave.core.PeerId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer that its node does not need any more, and when it may end. */
class PeerActorIdleTest {

    private final Scene scene = new Scene();
    private final ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        scene.close();
    }

    private CompletableFuture<Done> resign() {
        CompletableFuture<Done> done = new CompletableFuture<>();
        scene.peer.tell(new PeerActor.Resign(done));
        return done;
    }

    private boolean ended() {
        CompletableFuture<Done> gone = new CompletableFuture<>();
        TestProbe<Object> watcher = scene.kit.createTestProbe();
        try {
            watcher.expectTerminated(scene.peer, java.time.Duration.ofSeconds(10));
            gone.complete(Done.getInstance());
        } catch (AssertionError stillThere) {
            return false;
        }
        return gone.isDone();
    }

    /** Lets time pass without a settling word, which would stir the peer. */
    private void wait(java.time.Duration time) {
        scene.clock.advance(time, () -> {});
    }

    @Test
    void anElectionThatIsWatchedIsNotIdle() {
        scene.pass(Scene.E.multipliedBy(3));

        assertThat(scene.seen).doesNotContain("idle");
    }

    @Test
    void anUnusedElectionIsIdleAfterTheLoyaltyToItsLeader() {
        scene.hear(Scene.BERT, new Message.Heartbeat(1, 0, List.of()));
        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(resigned::isDone);

        wait(Scene.E.dividedBy(2));
        scene.peer.tell(
                new PeerActor.FromPeer(Scene.BERT, Scene.LIFE, new Message.Heartbeat(1, 1, List.of()), Way.ARTERY));
        await().atMost(10, SECONDS)
                .until(() -> scene.seenOf("send HeartbeatAck").count() == 2);
        wait(Scene.E.minusMillis(1));
        assertThat(scene.seen).doesNotContain("idle");
        // It may set its alarm later than it is seen to answer, so time goes on until it rings.
        await().atMost(10, SECONDS).until(() -> {
            wait(Scene.E.plusMillis(1));
            return scene.seen.contains("idle");
        });
        scene.peer.tell(new PeerActor.EndIfIdle());
        assertThat(ended()).isTrue();
    }

    @Test
    void anIdlePeerThatIsJoinedAgainStays() {
        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(resigned::isDone);
        wait(Scene.E.multipliedBy(2));
        await().atMost(10, SECONDS).until(() -> scene.seen.contains("idle"));

        scene.peer.tell(new PeerActor.Join());
        scene.peer.tell(new PeerActor.EndIfIdle());

        await().atMost(10, SECONDS).until(() -> scene.seen.contains("stays"));
    }

    @Test
    void aPeerThatOwesLoyaltyToALeaderStays() {
        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(resigned::isDone);

        scene.peer.tell(
                new PeerActor.FromPeer(Scene.BERT, Scene.LIFE, new Message.Heartbeat(1, 0, List.of()), Way.ARTERY));
        scene.peer.tell(new PeerActor.EndIfIdle());

        await().atMost(10, SECONDS).until(() -> scene.seen.contains("stays"));
    }

    @Test
    void aPeerWhoseBallotIsNotOnDiskStays() {
        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(resigned::isDone);
        scene.store.hold();

        scene.peer.tell(new PeerActor.FromPeer(Scene.BERT, Scene.LIFE, new Message.RequestVote(1, 0), Way.ARTERY));
        scene.peer.tell(new PeerActor.EndIfIdle());

        await().atMost(10, SECONDS).until(() -> scene.seen.contains("stays"));
    }

    @Test
    void resigningALeadershipCompletesWhenItsUsersHaveStopped() {
        TestProbe<Object> whose = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(whose.getRef(), scene.user("holder", answers)));
        scene.lead();

        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(() -> !answers.isEmpty());
        assertThat(resigned).isNotDone();
        answers.remove().tell(Done.getInstance());

        await().atMost(10, SECONDS).until(resigned::isDone);
        assertThat(scene.seenOf("holder", "dismissed", "ended", "stopped", "send Release"))
                .containsSubsequence("dismissed 1 WITHDRAWN", "holder stop 1", "ended 1 WITHDRAWN", "stopped");
        assertThat(scene.company.members()).isEmpty();
    }

    @Test
    void aSubscriberThatArrivesWhileThePeerResignsIsKept() {
        scene.lead();
        TestProbe<Object> holder = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(holder.getRef(), scene.user("holder", answers)));
        TestProbe<Object> whose = scene.kit.createTestProbe();

        CompletableFuture<Done> resigned = resign();
        scene.peer.tell(new PeerActor.Subscribe(whose.getRef(), scene.subscriber()));
        await().atMost(10, SECONDS).until(() -> !answers.isEmpty());
        answers.remove().tell(Done.getInstance());
        await().atMost(10, SECONDS).until(resigned::isDone);

        assertThat(scene.company.members()).containsExactly(whose.getRef());
    }

    @Test
    void aVoteCastAfterResigningIsStoredWhenThePeerEnds() {
        PeerId bert = Scene.BERT;
        CompletableFuture<Done> resigned = resign();
        await().atMost(10, SECONDS).until(resigned::isDone);
        scene.peer.tell(new PeerActor.FromPeer(bert, Scene.LIFE, new Message.RequestVote(7, 0), Way.ARTERY));
        await().atMost(10, SECONDS).until(() -> scene.seenOf("send VoteGranted").count() == 1);
        wait(Scene.E.multipliedBy(2));
        await().atMost(10, SECONDS).until(() -> scene.seen.contains("idle"));
        scene.peer.tell(new PeerActor.EndIfIdle());

        assertThat(ended()).isTrue();
        assertThat(scene.store.ballots()).containsEntry(Scene.ORDERS, Ballot.vote(7, bert));
    }
}
