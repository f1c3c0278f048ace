package dev.conclave.internal.peer;

import static dev.conclave.internal.peer.PeerFixture.ANNA;
import static dev.conclave.internal.peer.PeerFixture.BERT;
import static dev.conclave.internal.peer.PeerFixture.CLEO;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.Done;
import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.peer.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer obeys the next configuration, which is on its node's disk (E4, E5). */
class PeerActorSwitchTest {

    private static final Configuration LONGER = PeerFixture.FOUNDED.timed(
            new Settings(List.of(ANNA, BERT, CLEO), PeerFixture.H.toNanos(), 2 * PeerFixture.E.toNanos(), 0.01),
            1,
            "the test");

    private final PeerFixture peer = new PeerFixture();

    @AfterEach
    void close() {
        peer.close();
    }

    private CompletableFuture<Done> obey(Configuration configuration) {
        peer.store.saveHead(
                peer.store.head().with(peer.store.head().electorate().storing(configuration)));
        CompletableFuture<Done> obeyed = new CompletableFuture<>();
        peer.tell(new PeerCommand.Switch(configuration, false, true, obeyed));
        return obeyed;
    }

    private int lastLabel() {
        return peer.labels.stream().reduce(-1, (former, later) -> later);
    }

    @Test
    void e5_aLeaderKeepsItsLeaseBeatsAtOnceAndLabelsWhatItSends() {
        LeadershipLease lease = peer.lead();
        assertThat(peer.labels).containsOnly(0);
        long beats = peer.seenOf("send Heartbeat").count();

        assertThat(obey(LONGER)).isCompleted();

        assertThat(lease.holds()).isTrue();
        assertThat(peer.seenOf("send Heartbeat").count()).isEqualTo(beats + 2);
        assertThat(lastLabel()).isEqualTo(1);
        assertThat(peer.last(Message.Heartbeat.class).term()).isEqualTo(lease.term());
        Message.Heartbeat beat = peer.last(Message.Heartbeat.class);
        peer.hear(BERT, 1, new Message.HeartbeatAck(beat.term(), beat.sentAt(), true));
        assertThat(Duration.ofNanos(lease.remainingNanos()))
                .as("a lease of the longer election timeout")
                .isGreaterThan(PeerFixture.E);
        assertThat(peer.seenOf("dismissed", "ended")).isEmpty();
    }

    @Test
    void e3_aMessageUnderAnotherConfigurationIsDropped() {
        peer.hear(BERT, 1, new Message.Heartbeat(Terms.before(1) + 1, 1, List.of()));
        assertThat(peer.sent).isEmpty();
        var unused = obey(LONGER);
        peer.hear(BERT, 0, new Message.Heartbeat(1, 2, List.of()));
        assertThat(peer.sent).isEmpty();
        peer.hear(BERT, 1, new Message.Heartbeat(Terms.before(1) + 1, 3, List.of()));
        assertThat(peer.last(Message.HeartbeatAck.class).term()).isEqualTo(Terms.before(1) + 1);
    }

    @Test
    void e2_aPeerStandsInATermOfTheConfigurationThatItObeys() {
        var unused = obey(LONGER);
        peer.tell(new PeerCommand.Stand());
        peer.pass(PeerFixture.H);
        assertThat(peer.last(Message.RequestPreVote.class).term()).isEqualTo(Terms.before(1) + 1);
    }

    /** The node is wholly under a configuration when the last of its peers is, so each of them has to answer. */
    @Test
    void e4_aPeerThatFailsWhileItSwitchesAnswersAndBeginsAgainUnderTheNextConfiguration() {
        peer.lead();
        peer.failOn("send Heartbeat");

        CompletableFuture<Done> obeyed = obey(LONGER);

        await().atMost(10, SECONDS).until(obeyed::isDone);
        peer.settle();
        peer.pass(PeerFixture.E.multipliedBy(3));
        assertThat(peer.last(Message.RequestPreVote.class).term()).isEqualTo(Terms.before(1) + 1);
        assertThat(lastLabel()).isEqualTo(1);
    }
}
