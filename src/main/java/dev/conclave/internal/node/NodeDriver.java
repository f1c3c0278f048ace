package dev.conclave.internal.node;

import dev.conclave.core.Ballot;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.runtime.WakeUpTimer;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.logging.AsyncLogger;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The driver of one {@link Node}: passes inputs to it and carries out its effects. The node decides which peers it greets and
 * accepts, and whether it takes part. Used on the thread of {@link NodeActor}.
 */
final class NodeDriver {

    private final NodeEnvironment environment;
    private final Outbox outbox;
    private final DroppedMessageLog drops;
    private final Consumer<PeerCommand> peers;
    private final Consumer<JournalHead> stored;
    private final Consumer<String> superseded;
    private final AsyncLogger log;
    private final WakeUpTimer wakeUp;
    private final PeerLifelines lifelines;

    private final SilentVoters unheard;

    /** The current state of the node. Volatile, since frames are created on any thread. */
    private volatile Node node;

    private volatile long admittedAt;

    /**
     * Creates the driver of a node that starts with the head in the store.
     *
     * @param systemName the name of this node's actor system
     * @param peers sends a command to every peer of this node
     * @param stored called, on any thread, with each head that is durable; must lead to {@link NodeInput.HeadStored}
     * @param superseded called with the reason why this node must no longer vote, acknowledge or lead
     * @param wakeUp fires when a {@link NodeInput.Tick} is due
     */
    NodeDriver(
            NodeEnvironment environment,
            String systemName,
            Outbox outbox,
            DroppedMessageLog drops,
            Consumer<PeerCommand> peers,
            Consumer<JournalHead> stored,
            Consumer<String> superseded,
            WakeUpTimer wakeUp) {
        this.environment = environment;
        this.outbox = outbox;
        this.drops = drops;
        this.peers = peers;
        this.stored = stored;
        this.superseded = superseded;
        this.log = environment.logs().apply(NodeActor.class);
        this.wakeUp = wakeUp;
        this.lifelines = new PeerLifelines(environment);
        this.unheard = new SilentVoters(
                systemName,
                environment.self().id(),
                environment.self().settings().voters());
        this.admittedAt = environment.startedAt();
        this.node = Node.start(
                environment.self(),
                environment.store().head(),
                environment.time().nanoTime());
        environment.observations().node(node);
    }

    /** When this node began to take part in this life; its start if it was admitted before. May be called on any thread. */
    long admittedAt() {
        return admittedAt;
    }

    /** Returns the header of a frame to the peer; empty until the peer and this node have exchanged greetings. */
    Optional<NodeInput.Framed> frameTo(PeerId peer) {
        node = node.using(peer, environment.time().nanoTime());
        return node.frameTo(peer);
    }

    /** Logs the voters from which nothing has arrived since the start, if there are any. */
    void nameTheUnheard() {
        if (!unheard.list().isEmpty()) {
            log.warn(
                    "{} has received nothing from {} since its start; {}",
                    environment.self().id(),
                    unheard.list(),
                    unheard.hint(unheard.list()));
        }
    }

    /** Notes what a delivered message proves about its sender's disk (R15). */
    void heard(PeerId from, Message message) {
        if (message.gains()) {
            node = node.knowing(from, message.term());
        }
    }

    /** Notes that a frame of the peer was accepted. */
    void heard(ParsedFrame.HeardBatch batch) {
        PeerId from = batch.header().from();
        long now = environment.time().nanoTime();
        VoterContacts seen = environment.observations().contacts();
        seen.heard(from, now);
        for (int newest = batch.envelopes().size() - 1; newest >= 0; newest--) {
            if (batch.envelopes().get(newest).message() instanceof Message.HeartbeatAck ack) {
                seen.acknowledged(from, ack.sentAt(), now);
                break;
            }
        }
        Node.Contact contact = node.contacts().get(from);
        if (contact != null) {
            lifelines.heard(from, contact);
        }
    }

    /** Makes a step. Returns whether the frame in the input is to be delivered. */
    @SuppressWarnings("ReferenceEquality") // The same object means the same deadlines.
    boolean step(NodeInput input) {
        Node former = node;
        if (input instanceof NodeInput.Greeted greeted) {
            unheard.greetedBy(greeted.hello().from());
        }
        Node.Step step = node.step(environment.time().nanoTime(), () -> StoredBallots.highestTerm(environment), input);
        node = step.node();
        if (node != former) {
            environment.observations().node(node);
        }
        boolean deliver = false;
        for (NodeEffect effect : step.effects()) {
            if (effect instanceof NodeEffect.Deliver) {
                deliver = true;
            } else {
                carryOut(effect);
            }
        }
        if (node != former || input instanceof NodeInput.Tick) {
            // Not at every frame, since wakeAt() iterates over all peers that the node greets.
            wakeUp.setFor(node.wakeAt());
        }
        return deliver;
    }

    private void carryOut(NodeEffect effect) {
        if (effect instanceof NodeEffect.Greet greet) {
            outbox.greet(greet.to(), greet.hello());
        } else if (effect instanceof NodeEffect.StoreHead store) {
            storeHead(store.head());
        } else if (effect instanceof NodeEffect.Admitted admitted) {
            admittedAt = environment.time().nanoTime();
            log.info(
                    "{} now takes part in elections, above term {}",
                    environment.self().id(),
                    admitted.floor());
            peers.accept(new PeerCommand.Admit(
                    admitted.floor(),
                    StoredBallots.loyalForNanos(environment, Ballot.learned(admitted.floor()), admittedAt)));
        } else if (effect instanceof NodeEffect.Replaced replaced) {
            log.warn("{} now uses a new data directory, as its operator confirmed", replaced.peer());
            peers.accept(new PeerCommand.Strike(replaced.peer()));
        } else if (effect instanceof NodeEffect.Met met) {
            log.debug("This node now accepts frames from {}, incarnation {}", met.peer(), met.incarnation());
            lifelines.met(met.peer(), met.incarnation(), met.lifelinePort());
            unheard.heard(met.peer());
        } else if (effect instanceof NodeEffect.Dropped dropped) {
            drops.dropped(dropped);
        } else if (effect instanceof NodeEffect.WaitingFor waiting) {
            log.warn(
                    "{} has not yet taken part with these voters and waits until each other voter has answered once;"
                            + " missing: {}; {}",
                    environment.self().id(),
                    waiting.missing(),
                    unheard.hint(waiting.missing()));
        } else if (effect instanceof NodeEffect.RefusedBy refused) {
            environment.observations().obstacle(refused.why());
            log.error("{}", refused.why());
        } else if (effect instanceof NodeEffect.Superseded told) {
            environment.observations().obstacle(told.why());
            superseded.accept(told.why());
        }
    }

    private void storeHead(JournalHead head) {
        environment.store().saveHead(head).whenComplete((done, failure) -> {
            if (failure == null) {
                stored.accept(head);
            }
        });
    }
}
