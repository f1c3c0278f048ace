package dev.conclave.internal.node;

import akka.Done;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.Proposal;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.runtime.WakeUpTimer;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The driver of one {@link Node}: passes inputs to it and carries out its effects. The node decides which peers it greets and
 * accepts, and whether it takes part. Used on the thread of {@link NodeActor}.
 */
final class NodeDriver {

    private static final String READMITTED_BY_ITSELF = "readmit-by-itself";

    private static final Duration READMITS_EVERY = Duration.ofHours(1);

    private final NodeEnvironment environment;
    private final Outbox outbox;
    private final DroppedMessageLog drops;
    private final Consumer<Supplier<PeerCommand>> peers;
    private final HeadWrites writes;
    private final Consumer<JournalHead> stored;
    private final Consumer<NodeInput> later;
    private final Map<Long, CompletableFuture<List<String>>> wishes = new HashMap<>();
    private final AsyncLogger log;
    private final WakeUpTimer wakeUp;
    private final PeerLifelines lifelines;

    private final RegisterHandover handover;
    private final SilentVoters unheard;
    private boolean toldOfFile;

    /** The current state of the node. Volatile, since frames are created on any thread. */
    private volatile Node node;

    private long wishNumber;

    /**
     * Creates the driver of a node that starts with the head in the store.
     *
     * @param systemName the name of this node's actor system
     * @param peers sends every peer of this node a command of its own
     * @param peer sends the peer of an election a command
     * @param writes writes the heads
     * @param stored called, on any thread, with each head that is durable; must lead to {@link NodeInput.HeadStored}
     * @param later called, on any thread, with an input for this node
     * @param wakeUp fires when a {@link NodeInput.Tick} is due
     */
    NodeDriver(
            NodeEnvironment environment,
            String systemName,
            Outbox outbox,
            DroppedMessageLog drops,
            Consumer<Supplier<PeerCommand>> peers,
            BiConsumer<ElectionName, PeerCommand> peer,
            HeadWrites writes,
            Consumer<JournalHead> stored,
            Consumer<NodeInput> later,
            WakeUpTimer wakeUp) {
        this.environment = environment;
        this.outbox = outbox;
        this.drops = drops;
        this.peers = peers;
        this.writes = writes;
        this.stored = stored;
        this.later = later;
        this.log = environment.logs().apply(NodeActor.class);
        this.wakeUp = wakeUp;
        this.lifelines = new PeerLifelines(environment);
        this.handover = new RegisterHandover(environment.store(), peer, this::tell, later);
        this.unheard = new SilentVoters(
                systemName,
                environment.self().id(),
                () -> environment.settings().voters());
        this.node = Node.start(
                environment.self(),
                environment.store().head(),
                environment.time().nanoTime());
        environment.observations().node(node);
    }

    /** Returns the header of a frame to the peer; empty until the peer and this node have exchanged greetings. */
    Optional<NodeInput.Framed> frameTo(PeerId peer, int configuration) {
        node = node.using(peer, environment.time().nanoTime());
        return node.frameTo(peer, configuration);
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
        Node.Step step = node.step(
                environment.time().nanoTime(), ThreadLocalRandom.current().nextLong(), input);
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
        } else if (effect instanceof NodeEffect.Tell tell) {
            tell(tell.to(), tell.message());
        } else if (effect instanceof NodeEffect.ListRegisters list) {
            handover.list(list);
        } else if (effect instanceof NodeEffect.FetchRegisters fetch) {
            handover.fetch(fetch);
        } else if (effect instanceof NodeEffect.Switch to) {
            letPeersObey(to);
        } else if (effect instanceof NodeEffect.ConfigurationStored stored) {
            noteConfiguration(stored);
        } else if (effect instanceof NodeEffect.ReadmissionAsked asked) {
            readmitByItself(asked.voter());
        } else if (effect instanceof NodeEffect.WishDone done) {
            Optional.ofNullable(wishes.remove(done.number()))
                    .ifPresent(wish -> wish.complete(
                            done.changes().stream().map(Object::toString).toList()));
        } else if (effect instanceof NodeEffect.WishFailed failed) {
            Optional.ofNullable(wishes.remove(failed.number()))
                    .ifPresent(wish -> wish.completeExceptionally(new IllegalStateException(failed.why())));
        } else if (effect instanceof NodeEffect.Met met) {
            log.debug("This node now accepts frames from {}, incarnation {}", met.peer(), met.incarnation());
            lifelines.met(met.peer(), met.incarnation(), met.lifelinePort());
            unheard.heard(met.peer());
        } else if (effect instanceof NodeEffect.Dropped dropped) {
            drops.dropped(dropped);
        } else if (effect instanceof NodeEffect.WaitingFor waiting
                && waiting.missing().isEmpty()) {
            log.warn(
                    "{} has no configuration yet, though all of conclave.voters have answered: it waits until {} founds the"
                            + " group, or a node shows it one",
                    environment.self().id(),
                    environment.self().listed().voters().get(0));
        } else if (effect instanceof NodeEffect.WaitingFor waiting) {
            log.warn(
                    "{} has not yet taken part with these voters and waits until each other voter has answered once;"
                            + " missing: {}; {}",
                    environment.self().id(),
                    waiting.missing(),
                    unheard.hint(waiting.missing()));
        }
    }

    /** E4: tells every peer; the node is wholly under the configuration when the last one obeys it. */
    private void tell(PeerId to, ElectorateMessage message) {
        node.frameTo(to, node.electorate().durable().number()).ifPresent(header -> outbox.tell(to, header, message));
    }

    private void letPeersObey(NodeEffect.Switch to) {
        List<CompletableFuture<Done>> all = new ArrayList<>();
        peers.accept(() -> {
            CompletableFuture<Done> obeyed = new CompletableFuture<>();
            all.add(obeyed);
            return new PeerCommand.Switch(to.configuration(), to.isForced(), to.isHeard(), obeyed);
        });
        var unused = CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
                .whenComplete((done, failure) -> later.accept(
                        new NodeInput.PeersSwitched(to.configuration().number())));
    }

    private void noteConfiguration(NodeEffect.ConfigurationStored stored) {
        Configuration configuration = stored.configuration();
        environment.observations().contacts().voters(configuration.settings().voters());
        String how = configuration
                .origin()
                .map(origin -> ", " + origin.what() + ", by " + origin.by())
                .orElse("");
        log.info(
                "{} has stored {} of the group {}{}",
                environment.self().id(),
                configuration,
                Configuration.show(configuration.group()),
                how);
        if (!stored.isHeard()) {
            log.error(
                    "{} does not take part: {}",
                    environment.self().id(),
                    environment.whyNotTakingPart().orElse(""));
        }
        Settings listed = environment.self().listed();
        if (!toldOfFile && !listed.equals(configuration.settings())) {
            toldOfFile = true;
            log.info(
                    "{}: the configuration counts, and not this node's file, which says conclave.voters {},"
                            + " election-timeout {} ms, heartbeat-interval {} ms, max-clock-drift {}",
                    environment.self().id(),
                    listed.voters(),
                    listed.electionNanos() / 1_000_000,
                    listed.heartbeatNanos() / 1_000_000,
                    listed.maxClockDrift());
        }
    }

    /** E9: at most one readmission without an operator in an hour, whoever proposes it: the history says when the last one was. */
    private void readmitByItself(PeerId voter) {
        Configuration configuration = node.electorate().configuration().orElseThrow();
        long now = environment.time().wallMillis();
        List<Configuration.Origin> lastHour = configuration.history().stream()
                .filter(origin -> Math.abs(now - origin.atMillis()) < READMITS_EVERY.toMillis())
                .toList();
        // A history that does not reach back an hour may have forgotten a readmission.
        boolean isRecent = lastHour.size() == Configuration.MAX_HISTORY
                || lastHour.stream().anyMatch(origin -> origin.by().equals(READMITTED_BY_ITSELF));
        if (isRecent) {
            log.warn(
                    "{} asks to be readmitted, but another voter was readmitted less than an hour ago: look for the cause of"
                            + " lost directories, then say electorate readmit {}",
                    voter,
                    voter);
            return;
        }
        CompletableFuture<List<String>> done = new CompletableFuture<>();
        var unused = done.whenComplete((steps, failure) -> {
            if (failure != null) {
                log.warn("{} could not be readmitted: {}", voter, failure.getMessage());
            }
        });
        wish(new NodeCommand.Wished(new Wish.Readmit(voter), false, READMITTED_BY_ITSELF, done));
    }

    /** A change of the electorate is wanted here. */
    void wish(NodeCommand.Wished wished) {
        wishNumber++;
        wishes.put(wishNumber, wished.done());
        step(new NodeInput.Wished(new Proposal.Request(
                wishNumber,
                wished.wish(),
                wished.dryRun(),
                wished.by(),
                environment.time().wallMillis())));
    }

    /** This node's actor stops: no wish is continued. */
    void end(String why) {
        wishes.values().forEach(wish -> wish.completeExceptionally(new IllegalStateException(why)));
        wishes.clear();
    }

    private void storeHead(JournalHead head) {
        var unused = writes.write(head).whenComplete((done, failure) -> {
            if (failure == null) {
                stored.accept(head);
            }
        });
    }
}
