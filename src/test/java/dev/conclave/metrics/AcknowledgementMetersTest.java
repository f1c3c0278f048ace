package dev.conclave.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.telemetry.NodeProbe;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcknowledgementMetersTest {

    private static final long E = TimeUnit.SECONDS.toNanos(1);
    private static final PeerId ANNA = new PeerId("a", 1);
    private static final PeerId BERT = new PeerId("b", 1);
    private static final PeerId CLEO = new PeerId("c", 1);
    private static final PeerId OBSERVER = new PeerId("o", 1);

    private static AcknowledgementMeters of(PeerId self) {
        Settings settings = new Settings(List.of(ANNA, BERT, CLEO), E / 10, E, 0.01);
        NodeProbe node = new NodeProbe(
                self,
                () -> settings,
                () -> true,
                () -> false,
                Set::of,
                new NodeProbe.Electorate(() -> 0, () -> 3, () -> 0),
                new NodeProbe.Registers(() -> 0, () -> 0, () -> 0));
        return new AcknowledgementMeters(() -> Optional.of(node));
    }

    private static Message.HeartbeatAck ack(long term, long sentAt) {
        return new Message.HeartbeatAck(term, sentAt, true);
    }

    @Test
    void aLeaderThatVotesCountsItself() {
        assertThat(of(ANNA).ofTerm(1, 0)).isEqualTo(1);
        assertThat(of(OBSERVER).ofTerm(1, 0)).isZero();
    }

    @Test
    void aVoterCountsForOneElectionTimeoutFromTheRoundThatItAcknowledged() {
        AcknowledgementMeters acknowledgements = of(ANNA);
        acknowledgements.count(BERT, ack(1, 5 * E));
        acknowledgements.count(CLEO, ack(1, 5 * E));
        acknowledgements.count(CLEO, ack(1, 6 * E));
        acknowledgements.count(CLEO, ack(1, 2 * E));
        assertThat(acknowledgements.ofTerm(1, 6 * E - 1)).isEqualTo(3);
        assertThat(acknowledgements.ofTerm(1, 6 * E)).isEqualTo(2);
        assertThat(acknowledgements.ofTerm(1, 7 * E)).isEqualTo(1);
    }

    @Test
    void acknowledgementsOfAnotherTermDoNotCount() {
        AcknowledgementMeters acknowledgements = of(ANNA);
        acknowledgements.count(BERT, ack(1, 5 * E));
        assertThat(acknowledgements.ofTerm(2, 5 * E)).isEqualTo(1);
        acknowledgements.count(BERT, ack(2, 5 * E));
        assertThat(acknowledgements.ofTerm(2, 5 * E)).isEqualTo(2);
    }

    @Test
    void acknowledgementsOfPeersThatDoNotVoteDoNotCount() {
        AcknowledgementMeters acknowledgements = of(ANNA);
        acknowledgements.count(OBSERVER, ack(1, 5 * E));
        assertThat(acknowledgements.ofTerm(1, 5 * E)).isEqualTo(1);
    }
}
