package dev.conclave.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.peer.Message;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer among many of its node that ask for votes. */
class PeerActorCampaignTest {

    private final PeerFixture peer = new PeerFixture();

    @AfterEach
    void close() {
        peer.close();
    }

    /** Others of the same node, as many as may be under way. */
    private List<LimitedCampaign> others() {
        List<LimitedCampaign> others = Stream.generate(() -> new LimitedCampaign(peer.campaignLimiter, () -> {}))
                .limit(peer.campaignLimiter.most())
                .toList();
        others.forEach(other -> peer.campaignLimiter.begin(other, 0, 0));
        return others;
    }

    private long asked() {
        return peer.seenOf("send RequestPreVote").count();
    }

    @Test
    void aPeerAsksForVotesOnlyWhenThereIsRoomForItsCampaign() {
        List<LimitedCampaign> others = others();
        peer.tell(new PeerCommand.Stand());
        peer.pass(PeerFixture.E.dividedBy(2));
        assertThat(asked()).isZero();
        assertThat(peer.campaignLimiter.waiting()).isOne();

        peer.campaignLimiter.end(others.get(0), 0);
        peer.settle();
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void aPeerThatFollowsALeaderWithdrawsItsWaitingCampaign() {
        others();
        peer.tell(new PeerCommand.Stand());
        peer.pass(PeerFixture.E.dividedBy(2));
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(1, 0, List.of()));
        assertThat(peer.campaignLimiter.waiting()).isZero();
        assertThat(asked()).isZero();
    }

    @Test
    void aPeerThatFollowsALeaderMakesRoomForOtherCampaigns() {
        peer.tell(new PeerCommand.Stand());
        peer.pass(PeerFixture.E.dividedBy(2));
        assertThat(asked()).isPositive();
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(1, 0, List.of()));
        others();
        assertThat(peer.campaignLimiter.waiting()).isZero();
    }

    @Test
    void anUnansweredPeerLeavesItsPlaceToAWaitingCampaign() {
        peer.tell(new PeerCommand.Stand());
        peer.pass(PeerFixture.H.multipliedBy(2));
        assertThat(asked()).isPositive();
        others();
        assertThat(peer.campaignLimiter.waiting()).as("one of the others").isOne();
        long before = asked();
        peer.pass(PeerFixture.H.multipliedBy(2));
        assertThat(asked()).isEqualTo(before);
        assertThat(peer.campaignLimiter.waiting()).as("this peer").isOne();
    }

    @Test
    void aPeerWhoseTimerFiresTooEarlyStandsOnceItsLeaderIsSilentForE() {
        peer.tell(new PeerCommand.Stand());
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(1, 0, List.of()));
        peer.pass(PeerFixture.E.dividedBy(2));
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(1, 1, List.of()));
        peer.pass(PeerFixture.E.multipliedBy(3).dividedBy(4));
        assertThat(asked()).as("the leader is not silent for E yet").isZero();
        for (int i = 0; i < 10; i++) {
            peer.pass(PeerFixture.H);
        }
        assertThat(asked()).isPositive();
    }

    @Test
    void aPeerThatEndsMakesRoomForOtherCampaigns() {
        peer.tell(new PeerCommand.Stand());
        peer.pass(PeerFixture.H.multipliedBy(2));
        peer.kit.stop(peer.peer);
        others();
        assertThat(peer.campaignLimiter.waiting()).isZero();
    }
}
