package dev.conclave.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The campaign of a peer reports its outcome to the bound of its node. */
class LimitedCampaignTest {

    private static final long H = PeerFixture.H.toNanos();
    private static final Peer.Self SELF =
            new Peer.Self(PeerFixture.ANNA, PeerFixture.LIFE, PeerFixture.SETTINGS, PeerFixture.MARGIN.toNanos());

    private final CampaignLimiter campaignLimiter = new CampaignLimiter(() -> H);
    private final LimitedCampaign campaign = new LimitedCampaign(campaignLimiter, () -> {});
    private Peer peer = Peer.start(SELF, Ballot.NONE);
    private long now;

    private void step(Input input) {
        Role before = peer.role();
        peer = peer.step(now, 0, input).peer();
        campaign.stepped(before, peer, now);
    }

    private void tick() {
        step(campaign.tick(peer, now));
    }

    private void hear(PeerId from, Message message) {
        step(new Input.Received(from, PeerFixture.LIFE, message));
    }

    private void canvass() {
        step(new Input.Admitted(0));
        step(new Input.Stand());
        now = peer.wakeAt();
        tick();
        assertThat(peer.role()).isInstanceOf(Candidate.class);
        assertThat(campaignLimiter.isUnderWay(campaign)).isTrue();
    }

    private void stand() {
        canvass();
        hear(PeerFixture.BERT, new Message.PreVoteGranted(1));
        step(new Input.Persisted(peer.ballot()));
    }

    private void win() {
        stand();
        hear(PeerFixture.BERT, new Message.VoteGranted(1));
        assertThat(peer.role()).isInstanceOf(Leader.class);
    }

    /** Raises the bound, so that it can be halved. */
    private void raiseTheBound() {
        List<LimitedCampaign> all = Stream.generate(() -> new LimitedCampaign(campaignLimiter, () -> {}))
                .limit(campaignLimiter.most())
                .toList();
        all.forEach(one -> campaignLimiter.begin(one, 0, now));
        all.forEach(one -> campaignLimiter.won(one, now));
        assertThat(campaignLimiter.most()).isEqualTo(2 * CampaignLimiter.LEAST);
    }

    @Test
    void aCampaignLastsUntilTheFirstLeaseAndRaisesTheBound() {
        win();
        assertThat(campaignLimiter.isUnderWay(campaign)).isTrue();
        hear(PeerFixture.BERT, new Message.HeartbeatAck(1, now, true));
        assertThat(campaignLimiter.isUnderWay(campaign)).isFalse();
        assertThat(campaignLimiter.most()).isEqualTo(CampaignLimiter.LEAST + 1);
    }

    @Test
    void aRoundOfVotesThatRunsOutHalvesTheBound() {
        raiseTheBound();
        stand();
        while (peer.role() instanceof Candidate) {
            now = peer.wakeAt();
            tick();
        }
        assertThat(campaignLimiter.isUnderWay(campaign)).isFalse();
        assertThat(campaignLimiter.most()).isEqualTo(CampaignLimiter.LEAST);
    }

    @Test
    void aCanvassThatIsNotAnsweredHalvesTheBound() {
        raiseTheBound();
        canvass();
        now = peer.wakeAt();
        tick();
        assertThat(campaignLimiter.most()).isEqualTo(CampaignLimiter.LEAST);
    }

    @Test
    void aCampaignThatEndsBecauseAnotherPeerLeadsLeavesTheBoundAsItIs() {
        raiseTheBound();
        stand();
        hear(PeerFixture.BERT, new Message.Heartbeat(2, 0, List.of()));
        assertThat(campaignLimiter.isUnderWay(campaign)).isFalse();
        assertThat(campaignLimiter.most()).isEqualTo(2 * CampaignLimiter.LEAST);
    }

    @Test
    void atAColdStartAPeerInTheFirstSeatIsResumedBeforeThePeersThatWereDueEarlier() {
        List<String> resumed = new ArrayList<>();
        List<LimitedCampaign> all = Stream.generate(() -> new LimitedCampaign(campaignLimiter, () -> {}))
                .limit(campaignLimiter.most())
                .toList();
        all.forEach(one -> campaignLimiter.begin(one, 0, 0));
        wait(self(1), 0, () -> resumed.add("second seat"));
        wait(self(0), H, () -> resumed.add("first seat"));
        campaignLimiter.end(all.get(0), H);
        campaignLimiter.end(all.get(1), H);
        assertThat(resumed).containsExactly("first seat", "second seat");
    }

    /** This peer in an election in which it stands after that many steps at the earliest. */
    private static Peer.Self self(int firstStep) {
        return IntStream.range(0, 100)
                .mapToObj(number -> SELF.in(new ElectionName("orders-" + number)))
                .filter(self -> self.firstStep() == firstStep)
                .findFirst()
                .orElseThrow();
    }

    private void wait(Peer.Self self, long due, Runnable resume) {
        LimitedCampaign waiting = new LimitedCampaign(campaignLimiter, resume);
        Peer started = Peer.start(self, Ballot.NONE)
                .step(due, 0, new Input.Admitted(0))
                .peer();
        Peer candidate = started.step(due, 0, new Input.Stand()).peer();
        assertThat(waiting.tick(candidate, candidate.wakeAt())).isInstanceOf(Input.Deferred.class);
    }
}
