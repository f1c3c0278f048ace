package dev.conclave.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R14: a subscriber receives the present state first, then the changes, and does not wait for other subscribers. */
class PeerActorSubscribersTest {

    private final PeerFixture peer = new PeerFixture();
    private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        peer.close();
    }

    private TestProbe<Object> subscribe() {
        TestProbe<Object> whose = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Subscribe(whose.getRef(), new Subscriber() {
            @Override
            public void following(PeerId leader, long term) {
                heard.add("following " + leader + " " + term);
            }

            @Override
            public void leaderless(long term) {
                heard.add("leaderless " + term);
            }

            @Override
            public void elected(LeadershipLease lease) {
                heard.add("elected " + lease.term());
            }
        }));
        return whose;
    }

    @Test
    void aSubscriberFirstReceivesThatThereIsNoLeader() {
        subscribe();
        assertThat(heard).containsExactly("leaderless 0");
    }

    @Test
    void aSubscriberFirstReceivesThePresentLeader() {
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, 10, List.of()));
        subscribe();
        assertThat(heard).containsExactly("following b:1 3");
        peer.hear(PeerFixture.CLEO, new Message.Heartbeat(4, 10, List.of()));
        assertThat(heard).containsExactly("following b:1 3", "following c:1 4");
    }

    @Test
    void aSubscriberFirstReceivesThatThisNodeLeads() {
        peer.lead();
        subscribe();
        assertThat(heard).containsExactly("elected 1");
    }

    @Test
    void aSubscriberIsNotNotifiedOfAnExpiredLeadership() {
        peer.lead();
        peer.clock.pause(PeerFixture.E);
        subscribe();
        assertThat(heard).containsExactly("leaderless 1");
    }

    @Test
    void aSubscriberThatEndsIsForgotten() {
        TestProbe<Object> whose = subscribe();
        assertThat(peer.participants.members()).contains(whose.getRef());
        peer.end(whose);
        assertThat(peer.participants.members()).doesNotContain(whose.getRef());
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, 10, List.of()));
        assertThat(heard).containsExactly("leaderless 0");
    }

    @Test
    void aRepeatedHeartbeatNotifiesNoSubscriber() {
        subscribe();
        for (int s = 1; s < 20; s++) {
            peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, s, List.of()));
        }
        assertThat(heard).containsExactly("leaderless 0", "following b:1 3");
    }

    @Test
    void aSilentLeaderIsLostAfterTheElectionTimeout() {
        subscribe();
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, 10, List.of()));
        peer.pass(PeerFixture.E.minusNanos(1));
        assertThat(heard).last().isEqualTo("following b:1 3");
        peer.pass(Duration.ofNanos(1));
        assertThat(heard).last().isEqualTo("leaderless 3");
        assertThat(peer.view.sight().leader()).isEmpty();
    }

    @Test
    void r13_aTermBeyondReasonIsReportedAndChangesNothing() {
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(1L << 40, 10, List.of()));
        assertThat(peer.seenOf("implausible", "save", "following")).containsExactly("implausible b:1 1099511627776");
    }
}
