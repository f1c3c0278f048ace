package dev.conclave.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A step that breaks an invariant of the protocol has no effect outside the peer, and the peer is not restarted. */
class PeerActorBrokenTest {

    private final PeerFixture peer = new PeerFixture();
    private final ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        peer.close();
    }

    /** A clock that goes back would make the lease longer than it may be. */
    private void breakIt() {
        peer.clock.turnBack(Duration.ofSeconds(1));
        Message.Heartbeat beat = peer.last(Message.Heartbeat.class);
        peer.peer.tell(new PeerCommand.FromPeer(
                PeerFixture.CLEO,
                PeerFixture.LIFE,
                0,
                new Message.HeartbeatAck(beat.term(), beat.sentAt(), true),
                MessageRoute.ARTERY));
        peer.kit.createTestProbe().expectTerminated(peer.peer, Duration.ofSeconds(10));
    }

    @Test
    void r3_aBrokenStepDismissesTheUsersAndEndsThePeerForGood() {
        TestProbe<Done> holder = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(holder.getRef(), peer.user("one", answers)));
        LeadershipLease lease = peer.lead();
        peer.seen.clear();
        breakIt();
        assertThat(lease.holds()).isFalse();
        assertThat(peer.view.sight().leader()).isEmpty();
        assertThat(peer.seenOf("broken", "dismissed", "one stop", "ended", "stopped", "read", "save"))
                .containsExactly("broken", "dismissed 1 VOID", "one stop 1", "ended 1 VOID", "stopped");
    }

    @Test
    void noMessageOfABrokenStepIsSent() {
        peer.lead();
        peer.seen.clear();
        breakIt();
        assertThat(peer.seenOf("send Heartbeat", "send Release")).isEmpty();
    }

    @Test
    void aBrokenStepFailsTheHandOverThatWaits() {
        peer.lead();
        CompletableFuture<Done> handOver = new CompletableFuture<>();
        TestProbe<Done> holder = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(holder.getRef(), peer.user("one", answers)));
        peer.tell(new PeerCommand.HandOver(handOver));
        breakIt();
        assertThat(handOver).isCompletedExceptionally();
    }
}
