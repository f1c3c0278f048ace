package dev.conclave.core.peer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.Settings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The invariants that a running peer checks after each step: each fault that is planted here is found, and a good step
 * passes.
 */
class InvariantsTest {

    private static final PeerId ANNA = PeerId.parse("a:1");
    private static final PeerId BERT = PeerId.parse("b:1");
    private static final Incarnation LIFE = new Incarnation(7);
    private static final long MILLI = 1_000_000;
    private static final Settings SETTINGS = new Settings(List.of(ANNA, BERT), 100 * MILLI, 1000 * MILLI, 0.01);
    private static final Peer.Self SELF = new Peer.Self(ANNA, LIFE, SETTINGS, 100 * MILLI);
    private static final Input TICK = new Input.Tick();

    /** Anna takes part, in term 3, with everything durable. */
    private static Peer follower() {
        return Peer.start(SELF, Ballot.learned(3))
                .checkedStep(0, 0, new Input.Admitted(0))
                .peer();
    }

    /** Anna leads term 4 since 1000 ms. */
    private static Peer leader() {
        Peer peer = follower().checkedStep(0, 0, new Input.Stand()).peer();
        peer = peer.checkedStep(peer.wakeAt(), 0, TICK).peer();
        peer = heard(peer, new Message.PreVoteGranted(4));
        peer = peer.checkedStep(1000 * MILLI, 0, new Input.Persisted(peer.ballot()))
                .peer();
        peer = heard(peer, new Message.VoteGranted(4));
        return heard(peer, new Message.HeartbeatAck(4, 1000 * MILLI, true));
    }

    private static Peer heard(Peer peer, Message message) {
        return peer.checkedStep(1000 * MILLI, 0, new Input.Received(BERT, LIFE, message))
                .peer();
    }

    private static void broken(String why, Peer before, Peer after, Effect... effects) {
        broken(why, before, TICK, after, effects);
    }

    private static void broken(String why, Peer before, Input input, Peer after, Effect... effects) {
        assertThatThrownBy(() -> Invariants.check(before, 1000 * MILLI, input, new Peer.Step(after, List.of(effects))))
                .isInstanceOf(BrokenInvariant.class)
                .hasMessageContaining("a:1 in ")
                .hasMessageContaining(why);
    }

    private static Peer with(Peer p, Ballot ballot) {
        return RebuiltPeer.of(p).ballot(ballot).peer();
    }

    private static Peer with(Peer p, Role role) {
        return RebuiltPeer.of(p).role(role).peer();
    }

    private static Leader lease(Peer leader, boolean announced, long until) {
        Leader l = (Leader) leader.role();
        return new Leader(
                l.givesUpAt(),
                until,
                announced,
                l.retiring(),
                l.acks(),
                l.roundAt(),
                l.beatAt(),
                l.named(),
                l.register());
    }

    @Test
    void aGoodStepPasses() {
        assertThatCode(InvariantsTest::leader).doesNotThrowAnyException();
    }

    @Test
    void s2_aBallotNeverFalls() {
        Peer peer = follower();
        Ballot lower = Ballot.learned(2);
        broken("would fall", peer, with(peer, lower), new Effect.Persist(lower));
        Ballot same = Ballot.vote(3, BERT);
        broken("would fall", peer, with(peer, same), new Effect.Persist(same));
    }

    @Test
    void r3_aBallotThatChangesIsWritten() {
        Peer peer = follower();
        broken("was not written", peer, with(peer, Ballot.learned(4)));
        broken("was not written", peer, peer, new Effect.Persist(Ballot.learned(4)));
    }

    @Test
    void r3_nothingThatGainsLeavesBeforeTheBallotIsDurable() {
        Peer peer = follower();
        Ballot higher = Ballot.vote(4, BERT);
        Effect vote = new Effect.Send(BERT, new Message.VoteGranted(4));
        broken("before its ballot", peer, with(peer, higher), new Effect.Persist(higher), vote);
        DurabilityGate closed = DurabilityGate.OPEN.with(new Effect.Persist(higher), 0);
        Peer waiting = RebuiltPeer.of(peer).ballot(higher).gate(closed).peer();
        broken("before its ballot", waiting, waiting, vote);
        assertThatCode(() -> Invariants.check(
                        waiting, 0, new Input.Persisted(higher), new Peer.Step(with(peer, higher), List.of(vote))))
                .doesNotThrowAnyException();
    }

    @Test
    void r9_aReleasedTermIsNotForgotten() {
        Peer peer = follower();
        Peer knows = RebuiltPeer.of(peer).released(2).peer();
        broken("was released", knows, peer);
    }

    @Test
    void u5_subscribersOfTheRegisterSeeNoOlderValueAfterANewerOne() {
        RegisterEntry newer = new RegisterEntry(RegisterVersion.first(3), Optional.empty());
        HeldRegister stored = HeldRegister.ofJournal(newer);
        Peer knows =
                RebuiltPeer.of(follower()).register(stored.confirmed(newer, 0)).peer();
        broken("would see", knows, RebuiltPeer.of(knows).register(stored).peer());
    }

    @Test
    void r7_noLeaseIsLongerThanOneMayBe() {
        Peer peer = leader();
        long longest = 1000 * MILLI + SETTINGS.leaseNanos();
        assertThatCode(() -> Invariants.check(
                        peer,
                        1000 * MILLI,
                        TICK,
                        new Peer.Step(with(peer, lease(peer, true, longest)), List.of(new Effect.Renewed(4, longest)))))
                .doesNotThrowAnyException();
        broken("longer than allowed", peer, with(peer, lease(peer, true, longest + 1)));
        broken("longer than allowed", peer, peer, new Effect.Renewed(4, longest + 1));
        broken("longer than allowed", peer, peer, new Effect.Elected(4, longest + 1));
    }

    @Test
    void r8_anAnnouncedLeaderHoldsALease() {
        Peer peer = leader();
        broken("without a lease", peer, with(peer, lease(peer, true, Leader.NO_LEASE)));
        broken("after the end of its lease", peer, with(peer, lease(peer, true, 1000 * MILLI)));
    }

    @Test
    void r7_aLeaderHasItsOwnDurableVoteAndTakesPart() {
        Peer peer = leader();
        Ballot other = Ballot.vote(5, BERT);
        broken("in which its vote is", peer, with(peer, other), new Effect.Persist(other));
        DurabilityGate closed = DurabilityGate.OPEN.with(new Effect.Persist(peer.ballot()), 0);
        broken("is durable", peer, RebuiltPeer.of(peer).gate(closed).peer());
        broken("take part", peer, RebuiltPeer.of(peer).takesPart(false).peer());
    }

    @Test
    void r9_noPeerLeadsBeforeTheUsersOfAnEarlierTermHaveStopped() {
        Peer peer = leader();
        Peer retired = peer.checkedStep(1000 * MILLI, 0, new Input.Received(BERT, LIFE, new Message.VoteRefused(9, 4)))
                .peer();
        broken("have not stopped", retired, retired, new Effect.Elected(10, 1001 * MILLI));
    }

    @Test
    void r7_aClockThatGoesBackIsSeen() {
        Peer peer = leader();
        assertThatThrownBy(() -> peer.checkedStep(999 * MILLI, 0, TICK))
                .isInstanceOf(BrokenInvariant.class)
                .hasMessageContaining("clock went back");
    }

    @Test
    void aCandidateHasVotedForItself() {
        Peer peer = follower();
        Candidate standing = new Candidate(
                Candidate.Phase.STANDING, 1, 0, Peer.NEVER, Peer.NEVER, Peer.NEVER, 0, RegisterVersion.NONE, false);
        broken("in which its vote is", peer, with(peer, standing));
        Candidate canvassing = new Candidate(
                Candidate.Phase.CANVASSING, 1, 0, Peer.NEVER, Peer.NEVER, Peer.NEVER, 0, RegisterVersion.NONE, false);
        assertThatCode(() -> Invariants.check(peer, 0, TICK, new Peer.Step(with(peer, canvassing), List.of())))
                .doesNotThrowAnyException();
    }
}
