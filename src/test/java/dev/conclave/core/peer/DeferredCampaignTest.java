package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.STEP;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.RequestPreVote;
import org.junit.jupiter.api.Test;

/** R11: a campaign that waits for other campaigns of its node. */
class DeferredCampaignTest {

    private static PeerProbe due() {
        PeerProbe peer = peer("a").of("a", "b", "c").takesPart().stands();
        return peer.after(peer.peer.wakeAt() - peer.now);
    }

    private static PeerProbe deferred() {
        PeerProbe peer = due();
        return peer.told(new Input.Deferred(peer.now + E));
    }

    @Test
    void aDeferredPeerDoesNotAsk() {
        deferred().doesNothing().isA(Follower.class);
    }

    @Test
    void aDeferredPeerAsksWhenItIsResumed() {
        PeerProbe peer = deferred();
        peer.after(ms(7))
                .told(new Input.Resumed(peer.peer.role().canvassesAt()))
                .does(send("b", new RequestPreVote(1, 0)), send("c", new RequestPreVote(1, 0)))
                .isCanvassing();
    }

    @Test
    void aDeferredPeerAsksAtTheEndOfTheWaitIfNothingResumesIt() {
        deferred().after(E).ticks().isCanvassing();
    }

    @Test
    void aDeferredPeerThatVotesMeanwhileIsNotResumed() {
        PeerProbe peer = deferred();
        long until = peer.peer.role().canvassesAt();
        peer.hears("b", new Message.RequestVote(1, 0))
                .told(new Input.Resumed(until))
                .doesNothing()
                .isA(Follower.class);
    }

    @Test
    void aDeferredPeerStillAnnouncesThatItsLeaderIsSilent() {
        PeerProbe peer = peer("a").of("a", "b", "c").takesPart().stands().hearsBeat("b", 1, "a");
        peer.after(E + STEP);
        peer.told(new Input.Deferred(peer.now + E)).does(new Effect.Leaderless(1));
        assertThat(peer.peer.role().canvassesAt()).isEqualTo(peer.now + E);
    }

    @Test
    void aTickThatIsNotDueIsNotDeferred() {
        PeerProbe peer = peer("a").of("a", "b", "c").takesPart().stands();
        long wakesAt = peer.peer.wakeAt();
        peer.told(new Input.Deferred(peer.now + E));
        assertThat(peer.peer.wakeAt()).isEqualTo(wakesAt);
    }

    @Test
    void aDeferredPeerThatSleptFirstHandlesQueuedMessages() {
        PeerProbe peer = due().after(H + 1);
        peer.told(new Input.Deferred(peer.now + E)).doesNothing();
        assertThat(peer.peer.role().canvassesAt()).isEqualTo(peer.now + STEP);
    }

    @Test
    void answersToTheLastQuestionCountWhileTheNextOneIsDeferred() {
        PeerProbe peer = due().ticks().isCanvassing();
        peer.after(STEP).told(new Input.Deferred(peer.now + E)).doesNothing().isCanvassing();
        peer.hears("b", new PreVoteGranted(1)).isStandingIn(1);
    }

    @Test
    void aCanvassingPeerThatIsResumedAsksAgain() {
        PeerProbe peer = due().ticks().after(STEP);
        peer.told(new Input.Deferred(peer.now + E));
        peer.told(new Input.Resumed(peer.peer.role().canvassesAt()))
                .does(send("b", new RequestPreVote(1, 0)), send("c", new RequestPreVote(1, 0)));
    }

    @Test
    void aRoundOfVotesIsNotDeferred() {
        PeerProbe peer = due().ticks().hears("b", new PreVoteGranted(1)).isStandingIn(1);
        assertThat(peer.peer.role().canvassesAt()).isEqualTo(Peer.NEVER);
        peer.after(STEP)
                .told(new Input.Deferred(peer.now + E))
                .does(send("b", new Message.RequestVote(1, 0)), send("c", new Message.RequestVote(1, 0)));
    }

    @Test
    void aDeferredCampaignDoesNotKeepALeaderFromSendingHeartbeats() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        assertThat(leader.peer.role().canvassesAt()).isEqualTo(Peer.NEVER);
        leader.after(H).told(new Input.Deferred(leader.now + E)).doesSomethingLike(Effect.Send.class);
    }

    @Test
    void aChangedSuccessionIsNamedAtOnceIfTheAcknowledgementIsPrompt() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().wins();
        leader.after(STEP / 2).isHeardBy("b");
        assertThat(leader.peer.wakeAt()).isEqualTo(leader.now);
    }

    @Test
    void aChangedSuccessionIsNamedWithTheNextRoundIfTheAcknowledgementIsLate() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().wins();
        leader.after(STEP / 2 + 1).isHeardBy("b");
        assertThat(((Leader) leader.peer.role()).holdsLease()).isTrue();
        assertThat(leader.peer.wakeAt()).isGreaterThan(leader.now);
    }
}
