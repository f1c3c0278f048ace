package dev.conclave.core.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.Settings;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Observers;
import dev.conclave.core.peer.Peer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The immutable state of a node, which decides for all its elections: from which peers it accepts frames (R13), with which
 * identity (R15) and in which life (R10), and whether the node takes part. {@link #step} is pure.
 *
 * @param self the constants of this life
 * @param startedAt when this life started
 * @param head the newest head, perhaps not yet durable
 * @param durable the newest head known to be durable
 * @param contacts the peers from which this node accepts frames, each in one life
 * @param dials the peers that this node greets until they answer
 * @param answers the voters that have answered that they know this identity and no other, while this node is not admitted
 * @param greetingLimiter the limits of answers to unproven senders
 * @param told the peers whose refusals were reported, so that each is reported once
 */
public record Node(
        Self self,
        long startedAt,
        JournalHead head,
        JournalHead durable,
        PeerMap<Contact> contacts,
        PeerMap<Dial> dials,
        Map<PeerId, Answer> answers,
        HelloLimiter greetingLimiter,
        List<PeerId> told) {

    private static final List<NodeEffect> DELIVER = List.of(new NodeEffect.Deliver());

    /** The maximum number of peers that a node accepts, and that it greets, at the same time; a voter always has a place. */
    public static final int MAX_PEERS = Observers.MAX;

    /**
     * The number of election timeouts E without traffic in either direction after which a peer loses its place. An observer
     * sends a message every 4 E.
     */
    private static final int UNUSED_IN_ELECTIONS = 10;

    /**
     * The constants of a node's life.
     *
     * @param id its name
     * @param incarnation its life
     * @param settings the settings that all peers share
     * @param lifelinePort the port of its lifeline, 0 for none
     * @param httpPort the port at which it answers to HTTP, 0 for none
     * @param secret drawn at start; passes are derived from it
     */
    public record Self(
            PeerId id, Incarnation incarnation, Settings settings, int lifelinePort, int httpPort, long secret) {

        /**
         * Returns the pass that the peer must show: a number that cannot be guessed and that is sent to the peer's own address
         * only.
         */
        public long passFor(PeerId peer) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                for (long number : new long[] {secret, incarnation.value(), peer.port()}) {
                    for (int bit = Long.SIZE - Byte.SIZE; bit >= 0; bit -= Byte.SIZE) {
                        digest.update((byte) (number >>> bit));
                    }
                }
                byte[] hash = digest.digest(peer.host().getBytes(StandardCharsets.UTF_8));
                long pass = 0;
                for (int i = 0; i < Long.BYTES; i++) {
                    pass = pass << Byte.SIZE | (hash[i] & 0xff);
                }
                return pass == 0 ? 1 : pass;
            } catch (NoSuchAlgorithmException everyJavaHasIt) {
                throw new IllegalStateException(everyJavaHasIt);
            }
        }
    }

    /**
     * A peer from which this node accepts frames.
     *
     * @param incarnation the accepted life
     * @param identity its identity
     * @param pass the pass that this node shows to the peer
     * @param ourPass the pass that the peer shows to this node
     * @param lifelinePort the port of its lifeline, 0 for none
     * @param httpPort the port at which it answers to HTTP, 0 for none
     * @param takesPart whether it has said that it was admitted
     * @param usedAt when a frame last came from it or was sent to it, to within E
     * @param starts how many lives have started with its directory, including the accepted one
     * @param provenTerm a term that it certainly had on disk (R15)
     */
    public record Contact(
            Incarnation incarnation,
            DirectoryIdentity identity,
            long pass,
            long ourPass,
            int lifelinePort,
            int httpPort,
            boolean takesPart,
            long usedAt,
            long starts,
            long provenTerm) {

        Contact used(long now) {
            return new Contact(
                    incarnation, identity, pass, ourPass, lifelinePort, httpPort, takesPart, now, starts, provenTerm);
        }

        Contact proven(long term) {
            return new Contact(
                    incarnation, identity, pass, ourPass, lifelinePort, httpPort, takesPart, usedAt, starts, term);
        }

        /** Whether this equals the former contact, except for {@code takesPart}, {@code usedAt} and {@code provenTerm}. */
        boolean isStill(@Nullable Contact former) {
            return former != null
                    && equals(new Contact(
                            former.incarnation,
                            former.identity,
                            former.pass,
                            former.ourPass,
                            former.lifelinePort,
                            former.httpPort,
                            takesPart,
                            usedAt,
                            former.starts,
                            provenTerm));
        }
    }

    /**
     * A peer that this node greets until it answers.
     *
     * @param at the time of the next hello
     * @param waitNanos the wait after that one
     */
    public record Dial(long at, long waitNanos) {}

    /**
     * The answer of a voter that it knows this node's identity and no other.
     *
     * @param takesPart whether that voter takes part itself
     * @param highestTerm the highest term that it knew then
     */
    public record Answer(boolean takesPart, long highestTerm) {}

    /** Creates a node that starts. It greets every other voter at the first tick. */
    public static Node start(Self self, JournalHead head, long now) {
        PeerMap<Dial> dials = PeerMap.empty();
        for (PeerId voter : self.settings().voters()) {
            if (!voter.equals(self.id())) {
                dials = dials.with(voter, new Dial(now, self.settings().heartbeatNanos() / 2));
            }
        }
        return new Node(self, now, head, head, PeerMap.empty(), dials, Map.of(), HelloLimiter.none(now), List.of());
    }

    /** Whether this node was admitted, durably. */
    public boolean takesPart() {
        return durable.admitted();
    }

    /** The identity that this node sends. */
    public DirectoryIdentity identity() {
        return durable.identity();
    }

    /** The header of a frame to the peer; empty if there is no contact with it. */
    public Optional<NodeInput.Framed> frameTo(PeerId peer) {
        Contact contact = contacts.get(peer);
        return contact == null
                ? Optional.empty()
                : Optional.of(
                        new NodeInput.Framed(self.id(), self.incarnation(), identity(), contact.pass(), replaced()));
    }

    /** Notes traffic to or from the peer. Often returns this node unchanged. */
    public Node using(PeerId peer, long now) {
        Contact contact = contacts.get(peer);
        if (contact == null || now - contact.usedAt() < self.settings().electionNanos()) {
            return this;
        }
        return with(contacts.with(peer, contact.used(now)));
    }

    /**
     * Notes a term that a voter had on disk, as proven by a message that gains ({@link Message#gains()}, R3): in every later life
     * its directory must hold a ballot of that term or a higher one, or it is not the same directory (R15).
     */
    public Node knowing(PeerId voter, long provenTerm) {
        Contact contact = contacts.get(voter);
        return contact == null
                        || contact.provenTerm() >= provenTerm
                        || !self.settings().isVoter(voter)
                ? this
                : with(contacts.with(voter, contact.proven(provenTerm)));
    }

    private Node with(PeerMap<Contact> changed) {
        return new Node(self, startedAt, head, durable, changed, dials, answers, greetingLimiter, told);
    }

    /** Whether another peer may take the peer's place: it is a non-voter without recent traffic. */
    boolean hasLapsed(PeerId peer, Contact contact, long now) {
        return !self.settings().isVoter(peer)
                && now - contact.usedAt()
                        > UNUSED_IN_ELECTIONS * self.settings().electionNanos();
    }

    /** When this node next needs a tick; {@link Peer#NEVER} if it needs none. */
    public long wakeAt() {
        long at = Peer.NEVER;
        for (Dial dial : dials.values()) {
            at = Math.min(at, dial.at());
        }
        return Math.min(at, mayShrinkAt());
    }

    /** R6: when a longer E of a former life may be forgotten, since that time has passed in this life. */
    long mayShrinkAt() {
        return head.longestElectionNanos() > self.settings().electionNanos()
                ? startedAt + head.longestElectionNanos()
                : Peer.NEVER;
    }

    /**
     * Processes an input and returns the changed node and the effects.
     *
     * @param now the driver's monotonic clock in nanoseconds
     * @param highestTerm returns the highest durable term that this node knows in any election; called a few times at most
     * @param input the event
     */
    public Step step(long now, LongSupplier highestTerm, NodeInput input) {
        if (input instanceof NodeInput.Framed framed
                && framed.replaced().isEmpty()
                && isOf(contacts.get(framed.from()), framed)) {
            return new Step(using(framed.from(), now), DELIVER);
        }
        NodeStep step = new NodeStep(this, now, highestTerm);
        if (input instanceof NodeInput.Tick) {
            step.tick();
        } else if (input instanceof NodeInput.Greeted greeted) {
            step.greeted(greeted.hello());
        } else if (input instanceof NodeInput.Framed framed) {
            step.framed(framed);
        } else if (input instanceof NodeInput.Wanted wanted) {
            step.dial(wanted.peer());
        } else if (input instanceof NodeInput.HeadStored stored) {
            step.stored(stored.head());
        }
        return new Step(step.end(), step.effects);
    }

    /**
     * The result of a step of a node.
     *
     * @param node the changed node
     * @param effects what to do, in this order
     */
    public record Step(Node node, List<NodeEffect> effects) {}

    static boolean isOf(@Nullable Contact contact, NodeInput.Framed frame) {
        return contact != null
                && contact.ourPass() == frame.pass()
                && contact.incarnation().equals(frame.incarnation())
                && contact.identity().equals(frame.identity());
    }

    /**
     * Identities that replace lost ones (R15); those of generation 1 need not be passed on, since each peer announces its own.
     */
    Map<PeerId, DirectoryIdentity> replaced() {
        Map<PeerId, DirectoryIdentity> replaced = new TreeMap<>();
        durable.known().forEach((peer, identity) -> {
            if (identity.generation() > 1) {
                replaced.put(peer, identity);
            }
        });
        return replaced;
    }
}
