package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Message;
import dev.conclave.core.Peer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer among many of its node that ask for votes. */
class PeerActorCampaignTest {

    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    /** Others of the same node, as many as may be under way. */
    private List<Campaign> others() {
        Peer.Self self = new Peer.Self(Scene.ANNA, Scene.LIFE, Scene.SETTINGS, Scene.MARGIN.toNanos());
        List<Campaign> others = Stream.generate(() -> new Campaign(scene.campaigns, self, () -> {}))
                .limit(scene.campaigns.most())
                .toList();
        others.forEach(other -> scene.campaigns.begin(other, 0, 0));
        return others;
    }

    private long asked() {
        return scene.seenOf("send RequestPreVote").count();
    }

    @Test
    void aPeerAsksForVotesOnlyWhenThereIsRoomForItsCampaign() {
        List<Campaign> others = others();
        scene.tell(new PeerActor.Stand());
        scene.pass(Scene.E.dividedBy(2));
        assertThat(asked()).isZero();
        assertThat(scene.campaigns.waiting()).isOne();

        scene.campaigns.end(others.get(0), 0);
        scene.settle();
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void aPeerThatFollowsALeaderWithdrawsItsWaitingCampaign() {
        others();
        scene.tell(new PeerActor.Stand());
        scene.pass(Scene.E.dividedBy(2));
        scene.hear(Scene.BERT, new Message.Heartbeat(1, 0, List.of()));
        assertThat(scene.campaigns.waiting()).isZero();
        assertThat(asked()).isZero();
    }

    @Test
    void aPeerThatFollowsALeaderMakesRoomForOtherCampaigns() {
        scene.tell(new PeerActor.Stand());
        scene.pass(Scene.E.dividedBy(2));
        assertThat(asked()).isPositive();
        scene.hear(Scene.BERT, new Message.Heartbeat(1, 0, List.of()));
        others();
        assertThat(scene.campaigns.waiting()).isZero();
    }

    @Test
    void anUnansweredPeerLeavesItsPlaceToAWaitingCampaign() {
        scene.tell(new PeerActor.Stand());
        scene.pass(Scene.H.multipliedBy(2));
        assertThat(asked()).isPositive();
        others();
        assertThat(scene.campaigns.waiting()).as("one of the others").isOne();
        long before = asked();
        scene.pass(Scene.H.multipliedBy(2));
        assertThat(asked()).isEqualTo(before);
        assertThat(scene.campaigns.waiting()).as("this peer").isOne();
    }

    @Test
    void aPeerWhoseTimerFiresTooEarlyStandsOnceItsLeaderIsSilentForE() {
        scene.tell(new PeerActor.Stand());
        scene.hear(Scene.BERT, new Message.Heartbeat(1, 0, List.of()));
        scene.pass(Scene.E.dividedBy(2));
        scene.hear(Scene.BERT, new Message.Heartbeat(1, 1, List.of()));
        scene.pass(Scene.E.multipliedBy(3).dividedBy(4));
        assertThat(asked()).as("the leader is not silent for E yet").isZero();
        for (int i = 0; i < 10; i++) {
            scene.pass(Scene.H);
        }
        assertThat(asked()).isPositive();
    }

    @Test
    void aPeerThatEndsMakesRoomForOtherCampaigns() {
        scene.tell(new PeerActor.Stand());
        scene.pass(Scene.H.multipliedBy(2));
        scene.kit.stop(scene.peer);
        others();
        assertThat(scene.campaigns.waiting()).isZero();
    }
}
