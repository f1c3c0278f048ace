package dev.conclave.actor;

import static dev.conclave.actor.Scene.BERT;
import static dev.conclave.actor.Scene.CLEO;
import static dev.conclave.actor.Scene.LIFE;
import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import dev.conclave.core.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which messages may take the express lane, and above all which may not. */
class UrgencyTest {

    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    private void forgetTheWays() {
        scene.urgent.clear();
        scene.patient.clear();
    }

    @Test
    void requestsForVotesAreUrgentAndPreVotesAreNot() {
        scene.stand();
        assertThat(scene.urgent).containsOnly("RequestVote");
        assertThat(scene.patient).containsOnly("RequestPreVote");
    }

    @Test
    void heartbeatsAreUrgentUntilTheFirstLeaseIsHeldAndNeverAfterIt() {
        scene.hear(BERT, new Message.VoteGranted(scene.stand()));
        assertThat(scene.urgent).contains("Heartbeat");
        assertThat(scene.patient).doesNotContain("Heartbeat");

        forgetTheWays();
        scene.acknowledge();
        scene.pass(Scene.H);
        scene.pass(Scene.H);
        assertThat(scene.patient).contains("Heartbeat");
        assertThat(scene.urgent).isEmpty();
    }

    @Test
    void anAcknowledgementTakesTheWayOfItsHeartbeat() {
        scene.hearExpress(BERT, new Message.Heartbeat(5, 1, List.of(CLEO)));
        assertThat(scene.urgent).containsExactly("HeartbeatAck");

        forgetTheWays();
        scene.hear(BERT, new Message.Heartbeat(5, 2, List.of(CLEO)));
        assertThat(scene.urgent).isEmpty();
        assertThat(scene.patient).containsExactly("HeartbeatAck");
    }

    @Test
    void anAcknowledgementThatWaitedForTheDiskStillTakesTheWayOfItsHeartbeat() {
        scene.store.hold();
        scene.hearExpress(BERT, new Message.Heartbeat(5, 1, List.of(CLEO)));
        assertThat(scene.urgent).isEmpty();
        scene.store.release();
        scene.settle();
        assertThat(scene.urgent).containsExactly("HeartbeatAck");
    }

    @Test
    void votesAndRefusalsAreUrgentRegardlessOfTheWayOfTheRequest() {
        scene.hear(BERT, new Message.RequestVote(5, 0));
        scene.hear(CLEO, new Message.RequestVote(5, 0));
        assertThat(scene.urgent).containsExactly("VoteGranted", "VoteRefused");
    }

    @Test
    void aPushedVoteIsUrgent() {
        scene.hear(BERT, new Message.Heartbeat(5, 1, List.of(CLEO)));
        scene.tell(new PeerActor.ProcessGone(BERT, LIFE));
        assertThat(scene.urgent).containsExactly("VoteGranted");
    }

    @Test
    void theReleaseOfAHandOverIsUrgentAndItsRepetitionsAreNot() {
        scene.lead();
        scene.acknowledge();
        forgetTheWays();
        scene.tell(new PeerActor.HandOver(new CompletableFuture<Done>()));
        scene.settle();
        assertThat(scene.urgent).containsOnly("Release");

        forgetTheWays();
        scene.pass(Scene.H);
        scene.pass(Scene.H);
        assertThat(scene.patient).contains("Release");
        assertThat(scene.urgent).isEmpty();
    }

    /**
     * Remoting is cut and the express lanes are not. Were this release urgent, it would make the successor stand, who would
     * be elected over the lanes, lose its lease for want of acknowledgements, release, and so on for ever.
     */
    @Test
    void theReleaseOfAnExpiredLeadershipIsNotUrgent() {
        scene.lead();
        forgetTheWays();
        scene.pass(Scene.E);
        scene.pass(Scene.E);
        assertThat(scene.patient).contains("Release");
        assertThat(scene.urgent).isEmpty();
    }

    @Test
    void aCandidateThatReceivesAReleaseRequestsVotesUrgently() {
        scene.tell(new PeerActor.Stand());
        scene.hear(BERT, new Message.Heartbeat(5, 1, List.of(Scene.ANNA)));
        forgetTheWays();
        scene.hearExpress(BERT, new Message.Release(5, Optional.of(Scene.ANNA)));
        assertThat(scene.urgent).containsOnly("RequestVote");
    }
}
