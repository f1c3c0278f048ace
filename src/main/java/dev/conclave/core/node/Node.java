package dev.conclave.core.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Electorate;
import dev.conclave.core.peer.Observers;
import dev.conclave.core.peer.Peer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The immutable state of a node, which decides for all its elections: from which peers it accepts frames (R13) and in which life
 * (R10); and the node's {@link Electorate}: which configuration it obeys (E4) and with which identities it hears other nodes (E8).
 * {@link #step} is pure.
 *
 * @param self the constants of this life
 * @param startedAt when this life started
 * @param durable the newest head known to be durable
 * @param electorate its part in the electorate
 * @param contacts the peers from which this node accepts frames, each in one life
 * @param dials the peers that this node greets until they answer
 * @param greetingLimiter the limits of answers to unproven senders
 * @param toldWaiting whether it was reported that this node waits for the founding
 */
public record Node(
        Self self,
        long startedAt,
        JournalHead durable,
        Electorate electorate,
        PeerMap<Contact> contacts,
        PeerMap<Dial> dials,
        HelloLimiter greetingLimiter,
        boolean toldWaiting) {

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
     * @param listed the voters and times in the node's file: the group is founded with them, if this node finds none (E10)
     * @param stopMarginNanos the margin that is configured on this node
     * @param group the only group to which this node may belong; 0 for any, and then it may found one
     * @param readmitAfterNanos how long this node is excluded before it asks to be readmitted by itself; 0 for never
     * @param lifelinePort the port of its lifeline, 0 for none
     * @param httpPort the port at which it answers to HTTP, 0 for none
     * @param secret drawn at start; passes are derived from it
     */
    public record Self(
            PeerId id,
            Incarnation incarnation,
            Settings listed,
            long stopMarginNanos,
            long group,
            long readmitAfterNanos,
            int lifelinePort,
            int httpPort,
            long secret) {

        /** Creates the constants of a node that may belong to any group, and asks for nothing by itself. */
        public Self(
                PeerId id,
                Incarnation incarnation,
                Settings listed,
                long stopMarginNanos,
                int lifelinePort,
                int httpPort,
                long secret) {
            this(id, incarnation, listed, stopMarginNanos, 0, 0, lifelinePort, httpPort, secret);
        }

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
     * @param usedAt when a frame last came from it or was sent to it, to within E
     * @param starts how many lives have started with its directory, including the accepted one
     */
    public record Contact(
            Incarnation incarnation,
            DirectoryIdentity identity,
            long pass,
            long ourPass,
            int lifelinePort,
            int httpPort,
            long usedAt,
            long starts) {

        Contact used(long now) {
            return new Contact(incarnation, identity, pass, ourPass, lifelinePort, httpPort, now, starts);
        }

        /** Whether this equals the former contact, except for {@code usedAt}. */
        boolean isStill(@Nullable Contact former) {
            return former != null
                    && equals(new Contact(
                            former.incarnation,
                            former.identity,
                            former.pass,
                            former.ourPass,
                            former.lifelinePort,
                            former.httpPort,
                            usedAt,
                            former.starts));
        }
    }

    /**
     * A peer that this node greets until it answers.
     *
     * @param at the time of the next hello
     * @param waitNanos the wait after that one
     */
    public record Dial(long at, long waitNanos) {}

    /** Creates a node that starts. It greets every other voter at the first tick. */
    public static Node start(Self self, JournalHead head, long now) {
        Electorate electorate = Electorate.start(
                new Electorate.Self(
                        self.id(),
                        head.identity(),
                        self.incarnation().value(),
                        self.listed(),
                        self.stopMarginNanos(),
                        self.group(),
                        self.readmitAfterNanos()),
                head.electorate(),
                now);
        // The voters of the file may be those of a newer configuration, when all that this node remembers were replaced
        // (E1).
        Set<PeerId> known = new TreeSet<>(electorate.settings().voters());
        known.addAll(self.listed().voters());
        PeerMap<Dial> dials = PeerMap.empty();
        for (PeerId voter : known) {
            if (!voter.equals(self.id())) {
                dials = dials.with(voter, new Dial(now, electorate.settings().heartbeatNanos() / 2));
            }
        }
        return new Node(self, now, head, electorate, PeerMap.empty(), dials, HelloLimiter.none(now), false);
    }

    /** Whether this node may vote, acknowledge, stand and lead: it has a configuration, and the others hear it (E8). */
    public boolean takesPart() {
        return electorate.isHeard();
    }

    /** The identity that this node sends. */
    public DirectoryIdentity identity() {
        return durable.identity();
    }

    /** The voters and times that this node goes by: those of its configuration, or of its file before the founding. */
    public Settings settings() {
        return electorate.settings();
    }

    boolean isVoter(PeerId peer) {
        return settings().isVoter(peer);
    }

    /**
     * The header of a frame to the peer; empty if there is no contact with it.
     *
     * @param configuration the highest number of a configuration under which one of the messages was made
     */
    public Optional<NodeInput.Framed> frameTo(PeerId peer, int configuration) {
        Contact contact = contacts.get(peer);
        return contact == null
                ? Optional.empty()
                : Optional.of(new NodeInput.Framed(
                        self.id(),
                        self.incarnation(),
                        identity(),
                        contact.pass(),
                        electorate.durable().group(),
                        configuration));
    }

    /** Notes traffic to or from the peer. Often returns this node unchanged. */
    public Node using(PeerId peer, long now) {
        Contact contact = contacts.get(peer);
        if (contact == null || now - contact.usedAt() < settings().electionNanos()) {
            return this;
        }
        return with(contacts.with(peer, contact.used(now)));
    }

    private Node with(PeerMap<Contact> changed) {
        return new Node(self, startedAt, durable, electorate, changed, dials, greetingLimiter, toldWaiting);
    }

    /** Whether another peer may take the peer's place: it is a non-voter without recent traffic. */
    boolean hasLapsed(PeerId peer, Contact contact, long now) {
        return !isVoter(peer)
                && now - contact.usedAt() > UNUSED_IN_ELECTIONS * settings().electionNanos();
    }

    /** When this node next needs a tick; {@link Peer#NEVER} if it needs none. */
    public long wakeAt() {
        long at = Peer.NEVER;
        for (Dial dial : dials.values()) {
            at = Math.min(at, dial.at());
        }
        return Math.min(at, electorate.wakeAt());
    }

    /**
     * Processes an input and returns the changed node and the effects.
     *
     * @param now the driver's monotonic clock in nanoseconds
     * @param draw a random number, evenly spread over all longs
     * @param input the event
     */
    public Step step(long now, long draw, NodeInput input) {
        if (input instanceof NodeInput.Framed framed
                && isOf(contacts.get(framed.from()), framed)
                && electorate.isOrdinary(framed.group(), framed.configuration())
                && electorate.hears(framed.from(), framed.identity())) {
            return new Step(using(framed.from(), now), DELIVER);
        }
        NodeStep step = new NodeStep(this, now, draw);
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
        } else if (input instanceof NodeInput.Told told) {
            step.told(told.header(), told.message());
        } else if (input instanceof NodeInput.PeersSwitched switched) {
            step.take(step.electorate.switched(now, draw, switched.configuration()));
        } else if (input instanceof NodeInput.MayFound founding) {
            step.take(step.electorate.mayFound(now, draw, founding.wallMillis()));
        } else if (input instanceof NodeInput.HoldsRegister) {
            step.take(step.electorate.holdsRegister(now));
        } else if (input instanceof NodeInput.RegistersHeld held) {
            step.take(step.electorate.registersHeld(now, held.from(), held.versions()));
        } else if (input instanceof NodeInput.Wished wished) {
            step.take(step.electorate.wish(now, draw, wished.request()));
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
}
