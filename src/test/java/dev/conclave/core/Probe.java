package dev.conclave.core;

import static dev.conclave.core.Words.id;
import static dev.conclave.core.Words.life;
import static dev.conclave.core.Words.ms;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * One peer that is told what happens and asked what it does: {@code peer("a").of("a", "b", "c").takesPart().hears(...)}.
 *
 * <p>What is asked is about the last thing told. The disk is as fast as thought unless {@link #slowDisk()} was said, and
 * then forces when told to. Jitter is 0 unless {@link #draws} says otherwise. Neither time nor anybody else does anything
 * unasked.
 */
final class Probe extends Observed {

    private final Peer.Self self;
    private long draw;
    private boolean slowDisk;
    private final List<Ballot> writing = new ArrayList<>();

    private Probe(Peer.Self self, Ballot ballot, long now) {
        super(Peer.start(self, ballot), now);
        this.self = self;
    }

    // ---- who it is

    /** A peer that is not started yet, since nobody has said who votes. */
    record Unborn(String name, Ballot ballot, long stopMarginNanos) {

        Unborn remembering(long term) {
            return new Unborn(name, Ballot.learned(term), stopMarginNanos);
        }

        Unborn remembering(long term, String votedFor) {
            return new Unborn(name, Ballot.vote(term, id(votedFor)), stopMarginNanos);
        }

        /** Started among these voters, whose order the name of the election draws. */
        Probe in(ElectionName election, String... voters) {
            return new Probe(of(voters).self.in(election), ballot, -ms(5000));
        }

        /** Started among these voters. Starts the clock somewhere below 0, as {@code System.nanoTime} may. */
        Probe of(String... voters) {
            return new Probe(
                    new Peer.Self(id(name), life(name, 1), Words.settings(voters), stopMarginNanos), ballot, -ms(5000));
        }
    }

    static Unborn peer(String name) {
        return new Unborn(name, Ballot.NONE, Words.MARGIN);
    }

    @Override
    Probe probe() {
        return this;
    }

    // ---- what happens to it

    /** R15: the others know this identity and no other; its journal is believed. */
    Probe takesPart() {
        return told(new Input.Admitted(0, 0));
    }

    /** The same after a restart: loyal for E to whomever it may have forgotten. */
    Probe takesPartLoyally() {
        return told(new Input.Admitted(0, Words.E));
    }

    Probe takesPartAbove(long floor) {
        return told(new Input.Admitted(floor, Words.E));
    }

    Probe stands() {
        return told(new Input.Stand());
    }

    Probe withdraws() {
        return told(new Input.Withdraw());
    }

    Probe handsOver() {
        return told(new Input.HandOver());
    }

    Probe leaves() {
        return told(new Input.Leave());
    }

    Probe isVoid() {
        return told(new Input.LeadershipVoid());
    }

    Probe usersStopped(long term) {
        return told(new Input.UsersStopped(term));
    }

    Probe hearsOfTheDeathOf(String other) {
        return hearsOfTheDeathOf(other, 1);
    }

    Probe hearsOfTheDeathOf(String other, int life) {
        return told(new Input.ProcessGone(id(other), life(other, life)));
    }

    Probe hearsOfTheReplacementOf(String other) {
        return told(new Input.IdentityReplaced(id(other)));
    }

    Probe hears(String from, Message message) {
        return hears(from, 1, message);
    }

    Probe hears(String from, int life, Message message) {
        return told(new Input.Received(id(from), life(from, life), message));
    }

    /** A new heartbeat, by a clock that shows the same as this peer's. */
    Probe hearsBeat(String from, long term, String... succession) {
        return hears(from, Words.heartbeat(term, now, succession));
    }

    /** These acknowledge the newest round. */
    Probe isHeardBy(String... others) {
        return eachTells(others, new Message.HeartbeatAck(term(), ((Leader) peer.role()).roundAt(), true));
    }

    /** Each of these says the same. */
    Probe eachTells(String[] others, Message message) {
        List<Effect> all = new ArrayList<>();
        for (String other : others) {
            hears(other, message);
            all.addAll(did);
        }
        did = all;
        return this;
    }

    /** Time passes, and nothing else happens. */
    Probe after(long nanos) {
        now += nanos;
        return this;
    }

    /** A tick now. */
    Probe ticks() {
        return told(new Input.Tick());
    }

    /** The tick that it asked for, when it asked for it. */
    Probe wakes() {
        assertThat(peer.wakeAt()).as("waits for nothing").isNotEqualTo(Peer.NEVER);
        now = Math.max(now, peer.wakeAt());
        return ticks();
    }

    /** Every tick that it asks for in this time. */
    Probe livesFor(long nanos) {
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

    /** Random numbers from which jitter is this long, wherever it may be. */
    Probe draws(long nanos) {
        draw = 2 * nanos;
        return this;
    }

    Probe slowDisk() {
        slowDisk = true;
        return this;
    }

    /** Everything written so far is durable now. */
    Probe diskForces() {
        return diskForces(writing.get(writing.size() - 1).term());
    }

    /** What was written up to the ballot of this term is durable now. */
    Probe diskForces(long term) {
        Ballot durable = writing.stream()
                .filter(ballot -> ballot.term() == term)
                .findFirst()
                .orElseThrow();
        writing.removeIf(ballot -> ballot.term() <= term);
        return told(new Input.Persisted(durable));
    }

    /** Comes to lead the next term and to hold a lease from now on, by whatever it takes. */
    Probe leads() {
        wins();
        return isHeardBy(others());
    }

    /** Is elected in the next term; nobody has acknowledged it yet. */
    Probe wins() {
        stands();
        while (!peer.role().standsOrLeads() && !(peer.role() instanceof Candidate)) {
            wakes();
        }
        eachTells(others(), new Message.PreVoteGranted(term() + 1));
        eachTells(
                others(),
                self.isVoter()
                        ? new Message.VoteGranted(term())
                        : Words.voteFor(self.id().host(), term()));
        assertThat(peer.role()).isInstanceOf(Leader.class);
        return this;
    }

    private String[] others() {
        return self.settings().voters().stream()
                .filter(voter -> !voter.equals(self.id()))
                .map(PeerId::host)
                .toArray(String[]::new);
    }

    Probe told(Input input) {
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
