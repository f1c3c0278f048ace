package dev.conclave.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R8 and R9 for the users of a leadership: told to stop in time, waited for, and never mixed up. */
class PeerActorUsersTest {

    private final PeerFixture peer = new PeerFixture();
    private final ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        peer.close();
    }

    private TestProbe<Done> serve(String name) {
        TestProbe<Done> whose = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(whose.getRef(), peer.user(name, answers)));
        return whose;
    }

    private void answer() {
        ActorRef<Done> to = answers.remove();
        to.tell(Done.getInstance());
        peer.kit.createTestProbe().expectTerminated(to, Duration.ofSeconds(10));
        peer.settle();
    }

    private CompletableFuture<Done> handOver() {
        CompletableFuture<Done> done = new CompletableFuture<>();
        peer.tell(new PeerCommand.HandOver(done));
        return done;
    }

    @Test
    void aServerIsStartedWithTheLeadershipAndNotBefore() {
        serve("one");
        assertThat(peer.seenOf("one")).isEmpty();
        peer.lead();
        serve("two");
        assertThat(peer.seenOf("elected", "one", "two")).containsExactly("elected 1", "one start 1", "two start 1");
    }

    @Test
    void r9_aHandOverWaitsForAllUsersAndSendsHeartbeatsMeanwhile() {
        serve("one");
        serve("two");
        LeadershipLease lease = peer.lead();
        CompletableFuture<Done> done = handOver();
        assertThat(lease.holds()).isFalse();
        assertThat(peer.seenOf("dismissed", "one stop", "two stop"))
                .containsExactly("dismissed 1 HAND_OVER", "one stop 1", "two stop 1");
        answer();
        assertThat(peer.seenOf("send Release", "ended")).isEmpty();
        long beats = peer.seenOf("send Heartbeat ").count();
        peer.pass(PeerFixture.H);
        peer.acknowledge();
        assertThat(peer.seenOf("send Heartbeat ").count()).isGreaterThan(beats);
        assertThat(lease.holds()).as("a dismissed lease is never renewed").isFalse();
        assertThat(done).isNotDone();
        answer();
        assertThat(done).isCompleted();
        assertThat(peer.seenOf("ended", "send Release"))
                .containsExactly("ended 1 HAND_OVER", "send Release 1 to b:1", "send Release 1 to c:1");
    }

    @Test
    void r9_aHandOverWithoutUsersCompletesAtOnce() {
        peer.lead();
        assertThat(handOver()).isCompleted();
        assertThat(peer.seenOf("dismissed", "ended", "send Release"))
                .containsExactly(
                        "dismissed 1 HAND_OVER", "ended 1 HAND_OVER", "send Release 1 to b:1", "send Release 1 to c:1");
    }

    @Test
    void aUserWhoseActorEndsCountsAsStopped() {
        TestProbe<Done> holder = serve("one");
        peer.lead();
        CompletableFuture<Done> done = handOver();
        peer.end(holder);
        assertThat(done).isCompleted();
        assertThat(peer.seenOf("ended")).containsExactly("ended 1 HAND_OVER");
    }

    @Test
    void r8_aUserThatDoesNotAnswerIsOvertakenByTheEndOfTheLease() {
        serve("one");
        LeadershipLease lease = peer.lead();
        long until = lease.untilNanos();
        peer.pass(Duration.ofNanos(until - peer.clock.nanoTime()).minus(PeerFixture.MARGIN));
        assertThat(peer.seenOf("dismissed", "one stop", "ended"))
                .containsExactly("dismissed 1 LEASE_EXPIRED", "one stop 1");
        peer.pass(PeerFixture.MARGIN.minusNanos(1));
        assertThat(peer.seenOf("ended")).isEmpty();
        peer.pass(Duration.ofNanos(1));
        assertThat(peer.seenOf("ended")).containsExactly("ended 1 LEASE_EXPIRED");
        ActorRef<Done> tooLate = answers.remove();
        peer.kit.createTestProbe().expectTerminated(tooLate, Duration.ofSeconds(10));
    }

    @Test
    void aLateAnswerOfAnEarlierTermIsNotTakenForThatOfALaterOne() {
        serve("one");
        peer.lead();
        peer.hear(PeerFixture.CLEO, new Message.HeartbeatRefused(4));
        ActorRef<Done> ofTheFirst = answers.remove();
        // R1: it stands above at once, and leads again when the users of the first have stopped.
        peer.hear(PeerFixture.BERT, new Message.VoteGranted(5));
        peer.acknowledge();
        assertThat(peer.seenOf("elected")).containsExactly("elected 1");
        ofTheFirst.tell(Done.getInstance());
        peer.kit.createTestProbe().expectTerminated(ofTheFirst, Duration.ofSeconds(10));
        peer.settle();
        assertThat(peer.seenOf("elected")).containsExactly("elected 1", "elected 5");
        CompletableFuture<Done> done = handOver();
        ofTheFirst.tell(Done.getInstance());
        peer.settle();
        assertThat(done).isNotDone();
        answer();
        assertThat(done).isCompleted();
    }

    @Test
    void r10_aVoidLeadershipIsReleasedOnlyWhenItsUsersHaveStopped() {
        serve("one");
        LeadershipLease lease = peer.lead();
        peer.tell(new PeerCommand.Voided());
        assertThat(lease.holds()).isFalse();
        assertThat(peer.seenOf("dismissed", "one stop", "ended"))
                .containsExactly("dismissed 1 VOID", "one stop 1", "ended 1 VOID");
        peer.hear(PeerFixture.BERT, new Message.RequestPreVote(2, 1));
        assertThat(peer.seenOf("send PreVote")).last().isEqualTo("send PreVoteRefused 1 to b:1");
        answer();
        assertThat(peer.seenOf("send Release")).isNotEmpty();
        peer.hear(PeerFixture.BERT, new Message.RequestPreVote(2, 1));
        assertThat(peer.seenOf("send PreVote")).last().isEqualTo("send PreVoteGranted 2 to b:1");
    }

    @Test
    void r10_aVoidLeadershipWithoutUsersIsReleasedAtOnce() {
        peer.lead();
        peer.tell(new PeerCommand.Voided());
        assertThat(peer.seenOf("send Release")).isNotEmpty();
    }

    @Test
    void aServerThatArrivesAfterTheEndOfTheLeaseIsNotStarted() {
        peer.lead();
        peer.clock.pause(PeerFixture.E);
        serve("late");
        assertThat(peer.seenOf("late")).isEmpty();
        assertThat(peer.seenOf("dismissed", "ended"))
                .containsExactly("dismissed 1 LEASE_EXPIRED", "ended 1 LEASE_EXPIRED");
    }

    @Test
    void aPeerThatDoesNotLeadCannotHandOver() {
        assertThatThrownBy(() -> handOver().join()).hasMessageContaining("does not lead \"orders\"");
        peer.lead();
        peer.hear(PeerFixture.CLEO, new Message.HeartbeatRefused(4));
        // Its leadership is over and it stands for the next one: there is nothing that it could hand over.
        assertThatThrownBy(() -> handOver().join()).hasMessageContaining("does not lead \"orders\"");
    }

    @Test
    void r9_aPeerWithoutAnotherCandidateGoesOnLeading() {
        peer.lead();
        Message.Heartbeat beat = peer.last(Message.Heartbeat.class);
        peer.hear(PeerFixture.BERT, new Message.HeartbeatAck(beat.term(), beat.sentAt(), false));
        assertThatThrownBy(() -> handOver().join()).hasMessageContaining("there is no other candidate in \"orders\"");
        assertThat(peer.view.sight().lease().orElseThrow().holds()).isTrue();
    }

    private CompletableFuture<Done> handOverTo(PeerId successor) {
        CompletableFuture<Done> done = new CompletableFuture<>();
        peer.tell(new PeerCommand.HandOver(done, Optional.of(successor)));
        return done;
    }

    @Test
    void r9_aHandOverToANamedPeerIsRefusedWithItsReason() {
        assertThatThrownBy(() -> handOverTo(PeerFixture.BERT).join()).hasMessageContaining("does not lead \"orders\"");
        peer.lead();
        assertThatThrownBy(() -> handOverTo(PeerFixture.ANNA).join())
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to itself");
        assertThatThrownBy(() -> handOverTo(new PeerId("x", 1)).join())
                .hasMessageContaining("x:1 is neither a voter nor a known candidate in \"orders\", so ")
                .hasMessageContaining(" keeps leading it");
        Message.Heartbeat beat = peer.last(Message.Heartbeat.class);
        peer.hear(PeerFixture.BERT, new Message.HeartbeatAck(beat.term(), beat.sentAt(), false));
        assertThatThrownBy(() -> handOverTo(PeerFixture.BERT).join())
                .hasMessageContaining("is not a candidate in \"orders\"");
        assertThat(peer.view.sight().lease().orElseThrow().holds()).isTrue();
    }

    @Test
    void r9_aRefusedHandOverDoesNotFailTheOneThatIsUnderWay() {
        serve("one");
        peer.lead();
        CompletableFuture<Done> toBert = handOverTo(PeerFixture.BERT);
        assertThatThrownBy(() -> handOverTo(PeerFixture.CLEO).join()).hasMessageContaining("already being handed over");
        CompletableFuture<Done> again = handOverTo(PeerFixture.BERT);
        CompletableFuture<Done> any = handOver();
        assertThat(toBert).isNotDone();
        answer();
        assertThat(toBert).isCompleted();
        assertThat(again).isCompleted();
        assertThat(any).isCompleted();
    }

    @Test
    void r9_aDrainedPeerIsNoCandidateUntilItIsUndrained() {
        serve("one");
        peer.lead();
        CompletableFuture<Done> drained = new CompletableFuture<>();
        peer.tell(new PeerCommand.Drain(drained, "a test"));
        assertThat(drained).isNotDone();
        answer();
        assertThat(drained).isCompleted();
        assertThat(peer.seenOf("dismissed", "ended")).containsExactly("dismissed 1 WITHDRAWN", "ended 1 WITHDRAWN");
        peer.sent.clear();
        peer.tell(new PeerCommand.Stand());
        peer.pass(PeerFixture.E.multipliedBy(5));
        assertThat(peer.sent).noneMatch(Message.RequestPreVote.class::isInstance);
        peer.hear(PeerFixture.BERT, new Message.RequestVote(2, 1));
        assertThat(peer.sent).as("a drained peer votes").anyMatch(Message.VoteGranted.class::isInstance);
        peer.tell(new PeerCommand.Undrain("a test"));
        peer.pass(PeerFixture.E.multipliedBy(5));
        assertThat(peer.sent).anyMatch(Message.RequestPreVote.class::isInstance);
    }

    @Test
    void r9_aDrainedPeerWhoseApplicationDoesNotStandIsNoCandidateWhenItIsUndrained() {
        peer.lead();
        peer.tell(new PeerCommand.Drain(new CompletableFuture<>(), "a test"));
        peer.tell(new PeerCommand.Withdraw());
        peer.sent.clear();
        peer.tell(new PeerCommand.Undrain("a test"));
        peer.pass(PeerFixture.E.multipliedBy(5));
        assertThat(peer.sent).noneMatch(Message.RequestPreVote.class::isInstance);
    }

    @Test
    void r9_aPeerThatWithdrawsHandsOverAndNoLongerStands() {
        serve("one");
        peer.lead();
        peer.tell(new PeerCommand.Withdraw());
        answer();
        assertThat(peer.seenOf("dismissed", "ended")).containsExactly("dismissed 1 WITHDRAWN", "ended 1 WITHDRAWN");
        peer.sent.clear();
        peer.pass(PeerFixture.E.multipliedBy(5));
        assertThat(peer.sent).noneMatch(Message.RequestPreVote.class::isInstance);
    }

    @Test
    void r9_leavingCompletesWhenTheUsersHaveStoppedAndTheReleaseIsSent() {
        serve("one");
        peer.lead();
        CompletableFuture<Done> left = new CompletableFuture<>();
        peer.tell(new PeerCommand.Leave(left));
        assertThat(left).isNotDone();
        answer();
        assertThat(left).isCompleted();
        assertThat(peer.seenOf("dismissed", "ended", "send Release"))
                .containsExactlyElementsOf(List.of(
                        "dismissed 1 LEAVING", "ended 1 LEAVING", "send Release 1 to b:1", "send Release 1 to c:1"));
    }

    @Test
    void aPeerThatIsStoppedWhileItLeadsDismissesItsUsers() {
        serve("one");
        LeadershipLease lease = peer.lead();
        peer.kit.stop(peer.peer);
        assertThat(lease.holds()).isFalse();
        assertThat(peer.seenOf("dismissed", "one stop", "ended", "stopped"))
                .containsExactly("dismissed 1 VOID", "one stop 1", "ended 1 VOID", "stopped");
        answers.remove().tell(Done.getInstance());
    }
}
