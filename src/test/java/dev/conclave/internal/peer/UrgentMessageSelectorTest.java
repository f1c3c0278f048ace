package dev.conclave.internal.peer;

import static dev.conclave.internal.peer.PeerFixture.BERT;
import static dev.conclave.internal.peer.PeerFixture.CLEO;
import static dev.conclave.internal.peer.PeerFixture.LIFE;
import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.peer.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which messages may take the express lane, and above all which may not. */
class UrgentMessageSelectorTest {

    private final PeerFixture peer = new PeerFixture();

    @AfterEach
    void close() {
        peer.close();
    }

    private void forgetTheWays() {
        peer.urgent.clear();
        peer.patient.clear();
    }

    @Test
    void requestsForVotesAreUrgentAndPreVotesAreNot() {
        peer.stand();
        assertThat(peer.urgent).containsOnly("RequestVote");
        assertThat(peer.patient).containsOnly("RequestPreVote");
    }

    @Test
    void heartbeatsAreUrgentUntilTheFirstLeaseIsHeldAndNeverAfterIt() {
        peer.hear(BERT, new Message.VoteGranted(peer.stand()));
        assertThat(peer.urgent).contains("Heartbeat");
        assertThat(peer.patient).doesNotContain("Heartbeat");

        forgetTheWays();
        peer.acknowledge();
        peer.pass(PeerFixture.H);
        peer.pass(PeerFixture.H);
        assertThat(peer.patient).contains("Heartbeat");
        assertThat(peer.urgent).isEmpty();
    }

    @Test
    void anAcknowledgementTakesTheWayOfItsHeartbeat() {
        peer.hearExpress(BERT, new Message.Heartbeat(5, 1, List.of(CLEO)));
        assertThat(peer.urgent).containsExactly("HeartbeatAck");

        forgetTheWays();
        peer.hear(BERT, new Message.Heartbeat(5, 2, List.of(CLEO)));
        assertThat(peer.urgent).isEmpty();
        assertThat(peer.patient).containsExactly("HeartbeatAck");
    }

    @Test
    void anAcknowledgementThatWaitedForTheDiskStillTakesTheWayOfItsHeartbeat() {
        peer.store.hold();
        peer.hearExpress(BERT, new Message.Heartbeat(5, 1, List.of(CLEO)));
        assertThat(peer.urgent).isEmpty();
        peer.store.release();
        peer.settle();
        assertThat(peer.urgent).containsExactly("HeartbeatAck");
    }

    @Test
    void votesAndRefusalsAreUrgentRegardlessOfTheWayOfTheRequest() {
        peer.hear(BERT, new Message.RequestVote(5, 0));
        peer.hear(CLEO, new Message.RequestVote(5, 0));
        assertThat(peer.urgent).containsExactly("VoteGranted", "VoteRefused");
    }

    @Test
    void aPushedVoteIsUrgent() {
        peer.hear(BERT, new Message.Heartbeat(5, 1, List.of(CLEO)));
        peer.tell(new PeerCommand.ProcessGone(BERT, LIFE));
        assertThat(peer.urgent).containsExactly("VoteGranted");
    }

    @Test
    void theReleaseOfAHandOverIsUrgentAndItsRepetitionsAreNot() {
        peer.lead();
        peer.acknowledge();
        forgetTheWays();
        peer.tell(new PeerCommand.HandOver(new CompletableFuture<Done>()));
        peer.settle();
        assertThat(peer.urgent).containsOnly("Release");

        forgetTheWays();
        peer.pass(PeerFixture.H);
        peer.pass(PeerFixture.H);
        assertThat(peer.patient).contains("Release");
        assertThat(peer.urgent).isEmpty();
    }

    /**
     * Remoting is cut and the express lanes are not. Were this release urgent, it would make the successor stand, who would
     * be elected over the lanes, lose its lease for want of acknowledgements, release, and so on for ever.
     */
    @Test
    void theReleaseOfAnExpiredLeadershipIsNotUrgent() {
        peer.lead();
        forgetTheWays();
        peer.pass(PeerFixture.E);
        peer.pass(PeerFixture.E);
        assertThat(peer.patient).contains("Release");
        assertThat(peer.urgent).isEmpty();
    }

    @Test
    void aCandidateThatReceivesAReleaseRequestsVotesUrgently() {
        peer.tell(new PeerCommand.Stand());
        peer.hear(BERT, new Message.Heartbeat(5, 1, List.of(PeerFixture.ANNA)));
        forgetTheWays();
        peer.hearExpress(BERT, new Message.Release(5, Optional.of(PeerFixture.ANNA)));
        assertThat(peer.urgent).containsOnly("RequestVote");
    }

    private static RegisterEntry largest(long term) {
        return new RegisterEntry(
                RegisterVersion.first(term), Optional.of(new RegisterValue(new byte[RegisterValue.MAX_BYTES])));
    }

    @Test
    void theValueThatAWinnerRepeatsIsUrgentWhateverItsSizeAndSoIsTheAnswer() {
        peer.hearExpress(BERT, new Message.StoreRegister(largest(5)));
        peer.settle();
        assertThat(peer.urgent).containsExactly("RegisterStored");

        peer.hear(BERT, new Message.VoteGranted(peer.stand()));
        peer.settle();
        assertThat(peer.urgent).contains("StoreRegister");
        assertThat(peer.patient).doesNotContain("StoreRegister", "RegisterStored");
    }
}
