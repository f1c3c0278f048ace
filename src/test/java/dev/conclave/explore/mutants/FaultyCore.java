package dev.conclave.explore.mutants;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.peer.DurabilityGate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.EndingLeadership;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Loyalty;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.PushedVotes;
import dev.conclave.core.peer.RebuiltPeer;
import dev.conclave.core.peer.Role;
import dev.conclave.explore.world.Core;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The production core with a deliberate fault around it: each step edits the input of the core (the peer, the input) or its
 * outcome. Production code has no switch for any of this.
 */
class FaultyCore implements Core {

    /** The peer that the core receives instead of the true one. */
    Peer before(Peer peer, long now, Input input) {
        return peer;
    }

    /** The input that the core receives instead of the true one. */
    Input heard(Peer peer, long now, Input input) {
        return input;
    }

    /** The random number that the core receives instead of the true one. */
    long drawn(long draw) {
        return draw;
    }

    /** The outcome that replaces the true one. */
    Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
        return step;
    }

    @Override
    public final Peer.Step step(Peer peer, long now, long draw, Input input) {
        Input taken = heard(peer, now, input);
        Peer.Step step = before(peer, now, taken).step(now, drawn(draw), taken);
        return after(peer, step, now, taken);
    }

    // ---- messages

    /** The message of the input if it is one of this kind. */
    static <M> boolean isA(Input input, Class<M> kind) {
        return input instanceof Input.Received received && kind.isInstance(received.message());
    }

    /** The same message with another message. */
    static Input saying(Input input, Function<Message, Message> edit) {
        Input.Received received = (Input.Received) input;
        return new Input.Received(
                received.from(), received.incarnation(), received.configuration(), edit.apply(received.message()));
    }

    /** The same message from another peer. */
    static Input from(Input input, PeerId sender) {
        Input.Received received = (Input.Received) input;
        return new Input.Received(sender, received.incarnation(), received.configuration(), received.message());
    }

    // ---- outcomes

    static Peer.Step give(Peer.Step step, Peer peer) {
        return new Peer.Step(peer, step.effects());
    }

    static Peer.Step give(Peer.Step step, List<Effect> effects) {
        return new Peer.Step(step.peer(), effects);
    }

    static Peer.Step give(Peer.Step step, Function<Effect, Effect> edit) {
        List<Effect> edited = new ArrayList<>();
        step.effects().forEach(effect -> edited.add(edit.apply(effect)));
        return new Peer.Step(step.peer(), edited);
    }

    /** Sends at once the messages that wait for the disk. */
    static Peer.Step letGo(Peer.Step step, boolean withoutWriting) {
        List<Effect> effects = new ArrayList<>();
        for (Effect effect : step.effects()) {
            if (!withoutWriting || !(effect instanceof Effect.Persist)) {
                effects.add(effect);
            }
        }
        for (Effect waiting : step.peer().gate().queue()) {
            if (waiting instanceof Effect.Send) {
                effects.add(waiting);
            }
        }
        return new Peer.Step(with(step.peer(), new DurabilityGate(List.of(), 0)), effects);
    }

    // ---- peers

    static Peer with(Peer p, Ballot ballot) {
        return RebuiltPeer.of(p).ballot(ballot).peer();
    }

    static Peer with(Peer p, DurabilityGate gate) {
        return RebuiltPeer.of(p).gate(gate).peer();
    }

    static Peer with(Peer p, Loyalty loyalty) {
        return RebuiltPeer.of(p).loyalty(loyalty).peer();
    }

    static Peer with(Peer p, Role role) {
        return RebuiltPeer.of(p).role(role).peer();
    }

    static Peer withEndingLeaderships(Peer p, List<EndingLeadership> endingLeaderships) {
        return RebuiltPeer.of(p).endingLeaderships(endingLeaderships).peer();
    }

    static Peer withEnded(Peer p, Optional<Peer.EndedTerm> ended) {
        return RebuiltPeer.of(p).ended(ended).peer();
    }

    static Peer withPushed(Peer p, Map<PeerId, PushedVotes.Pushed> pushed) {
        return RebuiltPeer.of(p).pushed(pushed).peer();
    }

    /** The peer, with a vote that is for this life. */
    static Peer votedForLife(Peer p, Incarnation life) {
        return RebuiltPeer.of(p).votedLife(Optional.of(life)).peer();
    }

    static Peer withMargin(Peer p, long marginNanos) {
        return RebuiltPeer.of(p)
                .self(new Peer.Self(
                        p.self().id(), p.self().incarnation(), p.self().settings(), marginNanos))
                .peer();
    }

    /** The peer, with other settings. */
    static Peer as(Peer p, Settings settings) {
        return RebuiltPeer.of(p)
                .self(new Peer.Self(
                        p.self().id(),
                        p.self().incarnation(),
                        settings,
                        p.self().stopMarginNanos()))
                .peer();
    }

    /** The peer without its loyalty, which still remembers the leader that it obeyed. */
    static Peer free(Peer p) {
        return with(p, new Loyalty(p.loyalty().obeyed(), Loyalty.NOTHING_OWED));
    }
}
