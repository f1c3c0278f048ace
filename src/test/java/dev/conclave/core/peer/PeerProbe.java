package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.life;
import static dev.conclave.core.TestValues.ms;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.TestValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One peer that receives inputs and whose effects are checked: {@code peer("a").of("a", "b", "c").takesPart().hears(...)}.
 *
 * <p>Checks concern the last input. The disk forces at once, or after {@link #slowDisk()} when {@link #diskForces()} is called.
 * Jitter is 0 unless {@link #draws} sets it. Time passes, and other peers send messages, only when a test says so.
 */
public final class PeerProbe extends Observed {

    private final Peer.Self self;
    private long draw;
    private boolean slowDisk;
    private final List<Ballot> writing = new ArrayList<>();

    private PeerProbe(Peer.Self self, Ballot ballot, long now) {
        super(Peer.start(self, ballot), now);
        this.self = self;
    }

    // ---- the peer

    /** A peer that is not started yet, since its voters are not set. */
    record Unborn(String name, Ballot ballot, long stopMarginNanos) {

        Unborn remembering(long term) {
            return new Unborn(name, Ballot.learned(term), stopMarginNanos);
        }

        Unborn remembering(long term, String votedFor) {
            return new Unborn(name, Ballot.vote(term, id(votedFor)), stopMarginNanos);
        }

        /** Started among these voters, whose order the name of the election draws. */
        PeerProbe in(ElectionName election, String... voters) {
            return new PeerProbe(of(voters).self.in(election), ballot, -ms(5000));
        }

        /** Started among these voters. Starts the clock somewhere below 0, as {@code System.nanoTime} may. */
        PeerProbe of(String... voters) {
            return new PeerProbe(
                    new Peer.Self(id(name), life(name, 1), TestValues.settings(voters), stopMarginNanos),
                    ballot,
                    -ms(5000));
        }
    }

    public static Unborn peer(String name) {
        return new Unborn(name, Ballot.NONE, TestValues.MARGIN);
    }

    @Override
    PeerProbe probe() {
        return this;
    }

    // ---- inputs

    /** R15: the peer is admitted, without a loyalty of the start. */
    public PeerProbe takesPart() {
        return told(new Input.Admitted(0, 0));
    }

    /** The same after a restart: loyal for E to any leader that it may have forgotten. */
    PeerProbe takesPartLoyally() {
        return told(new Input.Admitted(0, TestValues.E));
    }

    PeerProbe takesPartAbove(long floor) {
        return told(new Input.Admitted(floor, TestValues.E));
    }

    public PeerProbe stands() {
        return told(new Input.Stand());
    }

    PeerProbe withdraws() {
        return told(new Input.Withdraw());
    }

    PeerProbe handsOver() {
        return told(new Input.HandOver());
    }

    PeerProbe handsOverTo(String successor) {
        return told(new Input.HandOver(Optional.of(id(successor))));
    }

    PeerProbe leaves() {
        return told(new Input.Leave());
    }

    PeerProbe isVoid() {
        return told(new Input.LeadershipVoid());
    }

    PeerProbe usersStopped(long term) {
        return told(new Input.UsersStopped(term));
    }

    PeerProbe hearsOfTheDeathOf(String other) {
        return hearsOfTheDeathOf(other, 1);
    }

    PeerProbe hearsOfTheDeathOf(String other, int life) {
        return told(new Input.ProcessGone(id(other), life(other, life)));
    }

    PeerProbe hearsOfTheReplacementOf(String other) {
        return told(new Input.IdentityReplaced(id(other)));
    }

    PeerProbe hears(String from, Message message) {
        return hears(from, 1, message);
    }

    PeerProbe hears(String from, int life, Message message) {
        return told(new Input.Received(id(from), life(from, life), message));
    }

    /** A new heartbeat, by a clock that shows the same as this peer's. */
    public PeerProbe hearsBeat(String from, long term, String... succession) {
        return hears(from, TestValues.heartbeat(term, now, succession));
    }

    /** These peers acknowledge the newest round. */
    public PeerProbe isHeardBy(String... others) {
        return eachTells(others, new Message.HeartbeatAck(term(), ((Leader) peer.role()).roundAt(), true));
    }

    /** Each of these peers sends the same message. */
    PeerProbe eachTells(String[] others, Message message) {
        List<Effect> all = new ArrayList<>();
        for (String other : others) {
            hears(other, message);
            all.addAll(did);
        }
        did = all;
        return this;
    }

    /** Time passes, and nothing else happens. */
    public PeerProbe after(long nanos) {
        now += nanos;
        return this;
    }

    /** A tick now. */
    public PeerProbe ticks() {
        return told(new Input.Tick());
    }

    /** The tick that the peer asked for, at the instant that it asked for. */
    public PeerProbe wakes() {
        assertThat(peer.wakeAt()).as("waits for nothing").isNotEqualTo(Peer.NEVER);
        now = Math.max(now, peer.wakeAt());
        return ticks();
    }

    /** Every tick that the peer asks for in this time. */
    PeerProbe livesFor(long nanos) {
        long until = now + nanos;
        List<Effect> all = new ArrayList<>();
        while (peer.wakeAt() <= until) {
            wakes();
            all.addAll(did);
            assertThat(peer.wakeAt()).as("asks for a tick without end").isGreaterThan(now);
        }
        now = until;
        did = all;
        return this;
    }

    /** Draws random numbers that make each jitter this long, where its bound allows. */
    PeerProbe draws(long nanos) {
        draw = 2 * nanos;
        return this;
    }

    PeerProbe slowDisk() {
        slowDisk = true;
        return this;
    }

    /** All ballots written so far are durable now. */
    PeerProbe diskForces() {
        return diskForces(writing.get(writing.size() - 1).term());
    }

    /** All ballots up to the one of this term are durable now. */
    PeerProbe diskForces(long term) {
        Ballot durable = writing.stream()
                .filter(ballot -> ballot.term() == term)
                .findFirst()
                .orElseThrow();
        writing.removeIf(ballot -> ballot.term() <= term);
        return told(new Input.Persisted(durable));
    }

    /** Leads the next term and holds a lease from now on, with all steps that this takes. */
    PeerProbe leads() {
        wins();
        return isHeardBy(others());
    }

    /** Is elected in the next term; no voter has acknowledged a heartbeat yet. */
    public PeerProbe wins() {
        stands();
        while (!peer.role().standsOrLeads() && !(peer.role() instanceof Candidate)) {
            wakes();
        }
        eachTells(others(), new Message.PreVoteGranted(term() + 1));
        eachTells(
                others(),
                self.isVoter()
                        ? new Message.VoteGranted(term())
                        : TestValues.voteFor(self.id().host(), term()));
        assertThat(peer.role()).isInstanceOf(Leader.class);
        return this;
    }

    private String[] others() {
        return self.settings().voters().stream()
                .filter(voter -> !voter.equals(self.id()))
                .map(PeerId::host)
                .toArray(String[]::new);
    }

    PeerProbe told(Input input) {
        before = peer;
        did = new ArrayList<>();
        step(input);
        while (!slowDisk && !writing.isEmpty()) {
            step(new Input.Persisted(writing.remove(0)));
        }
        return this;
    }

    private void step(Input input) {
        Peer.Step step = Stepping.current().step(peer, now, draw, input);
        peer = step.peer();
        for (Effect effect : step.effects()) {
            did.add(effect);
            if (effect instanceof Effect.Persist persist) {
                writing.add(persist.ballot());
            }
        }
    }
}
