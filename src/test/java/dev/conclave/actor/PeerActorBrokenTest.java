package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Message;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A step that breaks an invariant of the protocol has no effect outside the peer, and the peer is not restarted. */
class PeerActorBrokenTest {

    private final Scene scene = new Scene();
    private final ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        scene.close();
    }

    /** A clock that goes back would make the lease longer than it may be. */
    private void breakIt() {
        scene.clock.turnBack(Duration.ofSeconds(1));
        Message.Heartbeat beat = scene.last(Message.Heartbeat.class);
        scene.peer.tell(new PeerActor.FromPeer(
                Scene.CLEO, Scene.LIFE, new Message.HeartbeatAck(beat.term(), beat.sentAt(), true), Way.ARTERY));
        scene.kit.createTestProbe().expectTerminated(scene.peer, Duration.ofSeconds(10));
    }

    @Test
    void r3_aBrokenStepDismissesTheUsersAndEndsThePeerForGood() {
        TestProbe<Done> holder = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(holder.getRef(), scene.user("one", answers)));
        Lease lease = scene.lead();
        scene.seen.clear();
        breakIt();
        assertThat(lease.holds()).isFalse();
        assertThat(scene.view.sight().leader()).isEmpty();
        assertThat(scene.seenOf("broken", "dismissed", "one stop", "ended", "stopped", "read", "save"))
                .containsExactly("broken", "dismissed 1 VOID", "one stop 1", "ended 1 VOID", "stopped");
    }

    @Test
    void noMessageOfABrokenStepIsSent() {
        scene.lead();
        scene.seen.clear();
        breakIt();
        assertThat(scene.seenOf("send Heartbeat", "send Release")).isEmpty();
    }

    @Test
    void aBrokenStepFailsTheHandOverThatWaits() {
        scene.lead();
        CompletableFuture<Done> handOver = new CompletableFuture<>();
        TestProbe<Done> holder = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(holder.getRef(), scene.user("one", answers)));
        scene.tell(new PeerActor.HandOver(handOver));
        breakIt();
        assertThat(handOver).isCompletedExceptionally();
    }
}
