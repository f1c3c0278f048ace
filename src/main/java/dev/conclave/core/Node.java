package dev.conclave.core;

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
 * What a node decides for all its elections: whom it hears (R13), under which identity (R15), in which life (R10), and
 * whether it takes part. A value; {@link #step} is pure.
 *
 * @param self what never changes in this life
 * @param startedAt when this life began
 * @param head the newest head, perhaps not yet durable
 * @param durable the newest head known to be durable
 * @param contacts the peers that are heard, each in one life
 * @param dials the peers that are greeted until they answer
 * @param answers who has answered that it knows this identity and no other, while this node is not admitted
 * @param callers whom this node has answered without proof
 * @param told which refusals were told, so that each is told once
 */
public record Node(
        Self self,
        long startedAt,
        Head head,
        Head durable,
        PeerMap<Contact> contacts,
        PeerMap<Dial> dials,
        Map<PeerId, Answer> answers,
        Callers callers,
        List<PeerId> told) {

    private static final List<NodeEffect> DELIVER = List.of(new NodeEffect.Deliver());

    /** How many peers a node hears, and how many it greets, at one time; a voter has a place in any case. */
    static final int MAX_PEERS = 8192;

    /** For how many E a peer keeps its place when nothing comes from it and nothing goes to it. An observer speaks every 4 E. */
    private static final int UNUSED_IN_ELECTIONS = 10;

    /**
     * What never changes in the life of a node.
     *
     * @param id its name
     * @param incarnation its life
     * @param settings what all peers agree on
     * @param lifelinePort where its lifeline listens, 0 for none
     * @param secret drawn at start; passes are made from it
     */
    public record Self(PeerId id, Incarnation incarnation, Settings settings, int lifelinePort, long secret) {

        /** What the peer must show: a number that nobody can guess and that is told to its own address only. */
        long passFor(PeerId peer) {
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
     * A peer that is heard.
     *
     * @param incarnation the life that is heard
     * @param identity its memory
     * @param pass what we show it
     * @param ourPass what it shows us
     * @param lifelinePort where its lifeline listens, 0 for none
     * @param takesPart whether it has said that it was admitted
     * @param usedAt when it was heard, or something was for it, to within E
     * @param starts how many lives had begun on its directory, that one included
     * @param provenTerm a term that it had on disk for certain (R15)
     */
    public record Contact(
            Incarnation incarnation,
            Identity identity,
            long pass,
            long ourPass,
            int lifelinePort,
            boolean takesPart,
            long usedAt,
            long starts,
            long provenTerm) {

        Contact used(long now) {
            return new Contact(incarnation, identity, pass, ourPass, lifelinePort, takesPart, now, starts, provenTerm);
        }

        Contact proven(long term) {
            return new Contact(incarnation, identity, pass, ourPass, lifelinePort, takesPart, usedAt, starts, term);
        }

        /** Whether nothing has changed but that it takes part. */
        boolean isStill(@Nullable Contact former) {
            return former != null
                    && equals(new Contact(
                            former.incarnation,
                            former.identity,
                            former.pass,
                            former.ourPass,
                            former.lifelinePort,
                            takesPart,
                            usedAt,
                            former.starts,
                            provenTerm));
        }
    }

    /**
     * A peer that is greeted until it answers.
     *
     * @param at when the next time
     * @param waitNanos how long after that one
     */
    public record Dial(long at, long waitNanos) {}

    /**
     * That a voter knows this node's identity and no other.
     *
     * @param takesPart whether that voter takes part itself
     * @param highestTerm the highest term it knew then
     */
    public record Answer(boolean takesPart, long highestTerm) {}

    /** A node at its start. Greets every other voter at the first tick. */
    public static Node start(Self self, Head head, long now) {
        PeerMap<Dial> dials = PeerMap.empty();
        for (PeerId voter : self.settings().voters()) {
            if (!voter.equals(self.id())) {
                dials = dials.with(voter, new Dial(now, self.settings().heartbeatNanos() / 2));
            }
        }
        return new Node(self, now, head, head, PeerMap.empty(), dials, Map.of(), Callers.none(now), List.of());
    }

    /** Whether this node was admitted, durably. */
    public boolean takesPart() {
        return durable.admitted();
    }

    /** The identity that this node tells. */
    public Identity identity() {
        return durable.identity();
    }

    /** What a frame to the peer must say of its sender; empty if there is no contact with it. */
    public Optional<NodeInput.Framed> frameTo(PeerId peer) {
        Contact contact = contacts.get(peer);
        return contact == null
                ? Optional.empty()
                : Optional.of(
                        new NodeInput.Framed(self.id(), self.incarnation(), identity(), contact.pass(), replaced()));
    }

    /** Notes that a contact is in use: something goes to this peer, or has come from it. Often the same node. */
    public Node using(PeerId peer, long now) {
        Contact contact = contacts.get(peer);
        if (contact == null || now - contact.usedAt() < self.settings().electionNanos()) {
            return this;
        }
        return with(contacts.with(peer, contact.used(now)));
    }

    /**
     * Notes a term that a voter had on disk when it sent a message which gains ({@link Message#gains()}, R3): in whatever life it
     * is met next, its directory holds a ballot of that term or a higher one, or is not the one that it was (R15).
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
        return new Node(self, startedAt, head, durable, changed, dials, answers, callers, told);
    }

    /** Whether the peer's place may be taken by another one: it has no vote, and has been neither heard nor spoken to of late. */
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

    /** R6: a longer E of a former life must be remembered until it was waited out in this one. */
    long mayShrinkAt() {
        return head.longestElectionNanos() > self.settings().electionNanos()
                ? startedAt + head.longestElectionNanos()
                : Peer.NEVER;
    }

    /**
     * What this node becomes by an input, and what is to be done.
     *
     * @param now the driver's monotonic clock in nanoseconds
     * @param highestTerm gives the highest durable term of any election that this node knows; asked at most a few times
     * @param input what has happened
     */
    public Step step(long now, LongSupplier highestTerm, NodeInput input) {
        if (input instanceof NodeInput.Framed framed
                && framed.replaced().isEmpty()
                && isOf(contacts.get(framed.from()), framed)) {
            return new Step(using(framed.from(), now), DELIVER);
        }
        NodeTurn turn = new NodeTurn(this, now, highestTerm);
        if (input instanceof NodeInput.Tick) {
            turn.tick();
        } else if (input instanceof NodeInput.Greeted greeted) {
            turn.greeted(greeted.hello());
        } else if (input instanceof NodeInput.Framed framed) {
            turn.framed(framed);
        } else if (input instanceof NodeInput.Wanted wanted) {
            turn.dial(wanted.peer());
        } else if (input instanceof NodeInput.HeadStored stored) {
            turn.stored(stored.head());
        }
        return new Step(turn.end(), turn.effects);
    }

    /**
     * What a step gives.
     *
     * @param node the node after it
     * @param effects what to do, in this order
     */
    public record Step(Node node, List<NodeEffect> effects) {}

    static boolean isOf(@Nullable Contact contact, NodeInput.Framed frame) {
        return contact != null
                && contact.ourPass() == frame.pass()
                && contact.incarnation().equals(frame.incarnation())
                && contact.identity().equals(frame.identity());
    }

    /** Identities that stand in the place of lost ones; the first ones everybody was told by their owners (R15). */
    Map<PeerId, Identity> replaced() {
        Map<PeerId, Identity> replaced = new TreeMap<>();
        durable.known().forEach((peer, identity) -> {
            if (identity.generation() > 1) {
                replaced.put(peer, identity);
            }
        });
        return replaced;
    }
}
