package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Message;
import dev.conclave.core.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R8 and R9 for the users of a leadership: told to stop in time, waited for, and never mixed up. */
class PeerActorUsersTest {

    private final Scene scene = new Scene();
    private final ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        scene.close();
    }

    private TestProbe<Done> serve(String name) {
        TestProbe<Done> whose = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(whose.getRef(), scene.user(name, answers)));
        return whose;
    }

    private void answer() {
        ActorRef<Done> to = answers.remove();
        to.tell(Done.getInstance());
        scene.kit.createTestProbe().expectTerminated(to, Duration.ofSeconds(10));
        scene.settle();
    }

    private CompletableFuture<Done> handOver() {
        CompletableFuture<Done> done = new CompletableFuture<>();
        scene.tell(new PeerActor.HandOver(done));
        return done;
    }

    @Test
    void aServerIsStartedWithTheLeadershipAndNotBefore() {
        serve("one");
        assertThat(scene.seenOf("one")).isEmpty();
        scene.lead();
        serve("two");
        assertThat(scene.seenOf("elected", "one", "two")).containsExactly("elected 1", "one start 1", "two start 1");
    }

    @Test
    void r9_aHandOverWaitsForAllUsersAndSendsHeartbeatsMeanwhile() {
        serve("one");
        serve("two");
        Lease lease = scene.lead();
        CompletableFuture<Done> done = handOver();
        assertThat(lease.holds()).isFalse();
        assertThat(scene.seenOf("dismissed", "one stop", "two stop"))
                .containsExactly("dismissed 1 HAND_OVER", "one stop 1", "two stop 1");
        answer();
        assertThat(scene.seenOf("send Release", "ended")).isEmpty();
        long beats = scene.seenOf("send Heartbeat ").count();
        scene.pass(Scene.H);
        scene.acknowledge();
        assertThat(scene.seenOf("send Heartbeat ").count()).isGreaterThan(beats);
        assertThat(lease.holds()).as("a dismissed lease is never renewed").isFalse();
        assertThat(done).isNotDone();
        answer();
        assertThat(done).isCompleted();
        assertThat(scene.seenOf("ended", "send Release"))
                .containsExactly("ended 1 HAND_OVER", "send Release 1 to b:1", "send Release 1 to c:1");
    }

    @Test
    void r9_aHandOverWithoutUsersCompletesAtOnce() {
        scene.lead();
        assertThat(handOver()).isCompleted();
        assertThat(scene.seenOf("dismissed", "ended", "send Release"))
                .containsExactly(
                        "dismissed 1 HAND_OVER", "ended 1 HAND_OVER", "send Release 1 to b:1", "send Release 1 to c:1");
    }

    @Test
    void aUserWhoseActorEndsCountsAsStopped() {
        TestProbe<Done> holder = serve("one");
        scene.lead();
        CompletableFuture<Done> done = handOver();
        scene.end(holder);
        assertThat(done).isCompleted();
        assertThat(scene.seenOf("ended")).containsExactly("ended 1 HAND_OVER");
    }

    @Test
    void r8_aUserThatDoesNotAnswerIsOvertakenByTheEndOfTheLease() {
        serve("one");
        Lease lease = scene.lead();
        long until = lease.untilNanos();
        scene.pass(Duration.ofNanos(until - scene.clock.nanoTime()).minus(Scene.MARGIN));
        assertThat(scene.seenOf("dismissed", "one stop", "ended"))
                .containsExactly("dismissed 1 LEASE_EXPIRED", "one stop 1");
        scene.pass(Scene.MARGIN.minusNanos(1));
        assertThat(scene.seenOf("ended")).isEmpty();
        scene.pass(Duration.ofNanos(1));
        assertThat(scene.seenOf("ended")).containsExactly("ended 1 LEASE_EXPIRED");
        ActorRef<Done> tooLate = answers.remove();
        scene.kit.createTestProbe().expectTerminated(tooLate, Duration.ofSeconds(10));
    }

    @Test
    void aLateAnswerOfAnEarlierTermIsNotTakenForThatOfALaterOne() {
        serve("one");
        scene.lead();
        scene.hear(Scene.CLEO, new Message.HeartbeatRefused(4));
        ActorRef<Done> ofTheFirst = answers.remove();
        // R1: it stands above at once, and leads again when the users of the first have stopped.
        scene.hear(Scene.BERT, new Message.VoteGranted(5));
        scene.acknowledge();
        assertThat(scene.seenOf("elected")).containsExactly("elected 1");
        ofTheFirst.tell(Done.getInstance());
        scene.kit.createTestProbe().expectTerminated(ofTheFirst, Duration.ofSeconds(10));
        scene.settle();
        assertThat(scene.seenOf("elected")).containsExactly("elected 1", "elected 5");
        CompletableFuture<Done> done = handOver();
        ofTheFirst.tell(Done.getInstance());
        scene.settle();
        assertThat(done).isNotDone();
        answer();
        assertThat(done).isCompleted();
    }

    @Test
    void r10_aVoidLeadershipIsReleasedOnlyWhenItsUsersHaveStopped() {
        serve("one");
        Lease lease = scene.lead();
        scene.tell(new PeerActor.Voided());
        assertThat(lease.holds()).isFalse();
        assertThat(scene.seenOf("dismissed", "one stop", "ended"))
                .containsExactly("dismissed 1 VOID", "one stop 1", "ended 1 VOID");
        scene.hear(Scene.BERT, new Message.RequestPreVote(2, 1));
        assertThat(scene.seenOf("send PreVote")).last().isEqualTo("send PreVoteRefused 1 to b:1");
        answer();
        assertThat(scene.seenOf("send Release")).isNotEmpty();
        scene.hear(Scene.BERT, new Message.RequestPreVote(2, 1));
        assertThat(scene.seenOf("send PreVote")).last().isEqualTo("send PreVoteGranted 2 to b:1");
    }

    @Test
    void r10_aVoidLeadershipWithoutUsersIsReleasedAtOnce() {
        scene.lead();
        scene.tell(new PeerActor.Voided());
        assertThat(scene.seenOf("send Release")).isNotEmpty();
    }

    @Test
    void aServerThatArrivesAfterTheEndOfTheLeaseIsNotStarted() {
        scene.lead();
        scene.clock.pause(Scene.E);
        serve("late");
        assertThat(scene.seenOf("late")).isEmpty();
        assertThat(scene.seenOf("dismissed", "ended"))
                .containsExactly("dismissed 1 LEASE_EXPIRED", "ended 1 LEASE_EXPIRED");
    }

    @Test
    void aPeerThatDoesNotLeadCannotHandOver() {
        assertThatThrownBy(() -> handOver().join()).hasMessageContaining("does not lead \"orders\"");
        scene.lead();
        scene.hear(Scene.CLEO, new Message.HeartbeatRefused(4));
        // Its leadership is over and it stands for the next one: there is nothing that it could hand over.
        assertThatThrownBy(() -> handOver().join()).hasMessageContaining("does not lead \"orders\"");
    }

    @Test
    void r9_aPeerWithoutAnotherCandidateGoesOnLeading() {
        scene.lead();
        Message.Heartbeat beat = scene.last(Message.Heartbeat.class);
        scene.hear(Scene.BERT, new Message.HeartbeatAck(beat.term(), beat.sentAt(), false));
        assertThatThrownBy(() -> handOver().join()).hasMessageContaining("there is no other candidate in \"orders\"");
        assertThat(scene.view.sight().lease().orElseThrow().holds()).isTrue();
    }

    private CompletableFuture<Done> handOverTo(PeerId successor) {
        CompletableFuture<Done> done = new CompletableFuture<>();
        scene.tell(new PeerActor.HandOver(done, Optional.of(successor)));
        return done;
    }

    @Test
    void r9_aHandOverToANamedPeerIsRefusedWithItsReason() {
        assertThatThrownBy(() -> handOverTo(Scene.BERT).join()).hasMessageContaining("does not lead \"orders\"");
        scene.lead();
        assertThatThrownBy(() -> handOverTo(Scene.ANNA).join())
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to itself");
        assertThatThrownBy(() -> handOverTo(new PeerId("x", 1)).join())
                .hasMessageContaining("x:1 is neither a voter nor a known candidate in \"orders\", so ")
                .hasMessageContaining(" keeps leading it");
        Message.Heartbeat beat = scene.last(Message.Heartbeat.class);
        scene.hear(Scene.BERT, new Message.HeartbeatAck(beat.term(), beat.sentAt(), false));
        assertThatThrownBy(() -> handOverTo(Scene.BERT).join())
                .hasMessageContaining("is not a candidate in \"orders\"");
        assertThat(scene.view.sight().lease().orElseThrow().holds()).isTrue();
    }

    @Test
    void r9_aRefusedHandOverDoesNotFailTheOneThatIsUnderWay() {
        serve("one");
        scene.lead();
        CompletableFuture<Done> toBert = handOverTo(Scene.BERT);
        assertThatThrownBy(() -> handOverTo(Scene.CLEO).join()).hasMessageContaining("already being handed over");
        CompletableFuture<Done> again = handOverTo(Scene.BERT);
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
        scene.lead();
        CompletableFuture<Done> drained = new CompletableFuture<>();
        scene.tell(new PeerActor.Drain(drained));
        assertThat(drained).isNotDone();
        answer();
        assertThat(drained).isCompleted();
        assertThat(scene.seenOf("dismissed", "ended")).containsExactly("dismissed 1 WITHDRAWN", "ended 1 WITHDRAWN");
        scene.sent.clear();
        scene.tell(new PeerActor.Stand());
        scene.pass(Scene.E.multipliedBy(5));
        assertThat(scene.sent).noneMatch(Message.RequestPreVote.class::isInstance);
        scene.hear(Scene.BERT, new Message.RequestVote(2, 1));
        assertThat(scene.sent).as("a drained peer votes").anyMatch(Message.VoteGranted.class::isInstance);
        scene.tell(new PeerActor.Undrain());
        scene.pass(Scene.E.multipliedBy(5));
        assertThat(scene.sent).anyMatch(Message.RequestPreVote.class::isInstance);
    }

    @Test
    void r9_aDrainedPeerWhoseApplicationDoesNotStandIsNoCandidateWhenItIsUndrained() {
        scene.lead();
        scene.tell(new PeerActor.Drain(new CompletableFuture<>()));
        scene.tell(new PeerActor.Withdraw());
        scene.sent.clear();
        scene.tell(new PeerActor.Undrain());
        scene.pass(Scene.E.multipliedBy(5));
        assertThat(scene.sent).noneMatch(Message.RequestPreVote.class::isInstance);
    }

    @Test
    void r9_aPeerThatWithdrawsHandsOverAndNoLongerStands() {
        serve("one");
        scene.lead();
        scene.tell(new PeerActor.Withdraw());
        answer();
        assertThat(scene.seenOf("dismissed", "ended")).containsExactly("dismissed 1 WITHDRAWN", "ended 1 WITHDRAWN");
        scene.sent.clear();
        scene.pass(Scene.E.multipliedBy(5));
        assertThat(scene.sent).noneMatch(Message.RequestPreVote.class::isInstance);
    }

    @Test
    void r9_leavingCompletesWhenTheUsersHaveStoppedAndTheReleaseIsSent() {
        serve("one");
        scene.lead();
        CompletableFuture<Done> left = new CompletableFuture<>();
        scene.tell(new PeerActor.Leave(left));
        assertThat(left).isNotDone();
        answer();
        assertThat(left).isCompleted();
        assertThat(scene.seenOf("dismissed", "ended", "send Release"))
                .containsExactlyElementsOf(List.of(
                        "dismissed 1 LEAVING", "ended 1 LEAVING", "send Release 1 to b:1", "send Release 1 to c:1"));
    }

    @Test
    void aPeerThatIsStoppedWhileItLeadsDismissesItsUsers() {
        serve("one");
        Lease lease = scene.lead();
        scene.kit.stop(scene.peer);
        assertThat(lease.holds()).isFalse();
        assertThat(scene.seenOf("dismissed", "one stop", "ended", "stopped"))
                .containsExactly("dismissed 1 VOID", "one stop 1", "ended 1 VOID", "stopped");
        answers.remove().tell(Done.getInstance());
    }
}
