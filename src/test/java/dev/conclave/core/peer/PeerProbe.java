package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.life;
import static dev.conclave.core.TestValues.ms;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import dev.conclave.core.TestValues;
import java.nio.charset.StandardCharsets;
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

    private long draw;
    private boolean slowDisk;
    private final List<Ballot> writing = new ArrayList<>();
    private final List<RegisterVersion> storing = new ArrayList<>();

    private PeerProbe(Peer.Self self, Ballot ballot, long now) {
        super(Peer.start(self, ballot), now);
    }

    // ---- the peer

    /** A peer that is not started yet, since its voters are not set. */
    record Unborn(String name, Ballot ballot, long stopMarginNanos, int configuration) {

        /** Under the configuration with this number. */
        Unborn under(int number) {
            return new Unborn(name, ballot, stopMarginNanos, number);
        }

        Unborn remembering(long term) {
            return new Unborn(name, Ballot.learned(term), stopMarginNanos, configuration);
        }

        Unborn remembering(long term, String votedFor) {
            return new Unborn(name, Ballot.vote(term, id(votedFor)), stopMarginNanos, configuration);
        }

        /** Started among these voters, whose order the name of the election draws. */
        PeerProbe in(ElectionName election, String... voters) {
            return new PeerProbe(self(TestValues.settings(voters)).in(election), ballot, -ms(5000));
        }

        /** Started among these voters. Starts the clock somewhere below 0, as {@code System.nanoTime} may. */
        PeerProbe of(String... voters) {
            return among(TestValues.settings(voters));
        }

        /** Started among the voters and under the times of these settings. */
        PeerProbe among(Settings settings) {
            return new PeerProbe(self(settings), ballot, -ms(5000));
        }

        private Peer.Self self(Settings settings) {
            return new Peer.Self(id(name), life(name, 1), settings, stopMarginNanos).under(configuration, settings);
        }
    }

    public static Unborn peer(String name) {
        return new Unborn(name, Ballot.NONE, TestValues.MARGIN, 0);
    }

    @Override
    PeerProbe probe() {
        return this;
    }

    // ---- inputs

    /** E8: the peer takes part, without a loyalty of the start. */
    public PeerProbe takesPart() {
        return told(new Input.Admitted(0));
    }

    /** The same after a restart: loyal for E to any leader that it may have forgotten. */
    PeerProbe takesPartLoyally() {
        return told(new Input.Admitted(TestValues.E));
    }

    /** E5: obeys a later configuration with these voters and the times as before. */
    PeerProbe switchesTo(int configuration, String... voters) {
        return switchesTo(configuration, TestValues.settings(voters));
    }

    PeerProbe switchesTo(int configuration, Settings settings) {
        return told(new Input.Switched(configuration, settings, false, true));
    }

    /** E8: obeys a later configuration that names this peer's address with another identity. */
    PeerProbe isExcludedFrom(int configuration, String... voters) {
        return told(new Input.Switched(configuration, TestValues.settings(voters), false, false));
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

    PeerProbe hears(String from, Message message) {
        return hears(from, 1, message);
    }

    /** A message that was made under the configuration that this peer obeys. */
    PeerProbe hears(String from, int life, Message message) {
        return told(new Input.Received(id(from), life(from, life), peer.self().configuration(), message));
    }

    /** A message that was made under this configuration. */
    PeerProbe hearsUnder(int configuration, String from, Message message) {
        return told(new Input.Received(id(from), life(from, 1), configuration, message));
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

    /** The entry of the register that was written last, and all before it, are durable now. */
    PeerProbe diskStores() {
        RegisterVersion newest = storing.get(storing.size() - 1);
        storing.clear();
        return told(new Input.RegisterPersisted(newest));
    }

    /** U4: a user writes this text under the leadership of this term. */
    PeerProbe writes(long term, long id, String text) {
        return told(new Input.WriteRegister(term, id, Optional.of(value(text))));
    }

    static RegisterValue value(String text) {
        return new RegisterValue(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The entry that the k-th write of this term left. */
    static RegisterEntry entry(long term, long count, String text) {
        return new RegisterEntry(new RegisterVersion(term, count), Optional.of(value(text)));
    }

    static RegisterEntry empty(long term, long count) {
        return new RegisterEntry(new RegisterVersion(term, count), Optional.empty());
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
        eachTells(
                others(),
                new Message.PreVoteGranted(Terms.next(term(), peer.self().configuration())));
        eachTells(
                others(),
                peer.self().isVoter()
                        ? new Message.VoteGranted(term())
                        : TestValues.voteFor(peer.self().id().host(), term()));
        assertThat(peer.role()).isInstanceOf(Leader.class);
        return this;
    }

    private String[] others() {
        return peer.self().settings().voters().stream()
                .filter(voter -> !voter.equals(peer.self().id()))
                .map(PeerId::host)
                .toArray(String[]::new);
    }

    PeerProbe told(Input input) {
        before = peer;
        did = new ArrayList<>();
        step(input);
        while (!slowDisk && !(writing.isEmpty() && storing.isEmpty())) {
            step(
                    writing.isEmpty()
                            ? new Input.RegisterPersisted(storing.remove(0))
                            : new Input.Persisted(writing.remove(0)));
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
            } else if (effect instanceof Effect.PersistRegister persist) {
                storing.add(persist.entry().version());
            }
        }
    }
}
