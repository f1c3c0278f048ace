package dev.conclave.core.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Electorate;
import dev.conclave.core.electorate.ElectorateEffect;
import dev.conclave.core.electorate.ElectorateMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mutable state of one step of a {@link Node}: greetings, and the checks of lives and passes (R10, R13). Used only within {@link Node#step}.
 */
final class NodeStep {
    final Node before;
    final Node.Self self;
    final long now;
    final long draw;
    final List<NodeEffect> effects = new ArrayList<>();

    Electorate electorate;
    PeerMap<Node.Contact> contacts;
    PeerMap<Node.Dial> dials;

    private JournalHead durable;
    private HelloLimiter greetingLimiter;
    private boolean toldWaiting;

    NodeStep(Node node, long now, long draw) {
        before = node;
        self = node.self();
        this.now = now;
        this.draw = draw;
        durable = node.durable();
        electorate = node.electorate();
        contacts = node.contacts();
        dials = node.dials();
        greetingLimiter = node.greetingLimiter();
        toldWaiting = node.toldWaiting();
    }

    Node end() {
        return new Node(self, before.startedAt(), durable, electorate, contacts, dials, greetingLimiter, toldWaiting);
    }

    // ---- greeting

    void tick() {
        List<PeerId> waiting = new ArrayList<>();
        for (Map.Entry<PeerId, Node.Dial> entry : dials.entrySet()) {
            PeerId peer = entry.getKey();
            waiting.add(peer);
            if (now >= entry.getValue().at()) {
                greet(peer, 0, true);
                dialAgain(peer, entry.getValue());
            }
        }
        if (now >= electorate.wakeAt()) {
            take(electorate.tick(now, draw));
        }
        boolean overdue = now - before.startedAt() > 2 * electionNanos();
        if (electorate.configuration().isEmpty() && overdue && !toldWaiting) {
            toldWaiting = true;
            waiting.clear();
            waiting.addAll(self.listed().voters());
            waiting.remove(self.id());
            waiting.removeAll(
                    electorate.answers().isEmpty()
                            ? contacts.keySet()
                            : electorate.answers().keySet());
            effects.add(new NodeEffect.WaitingFor(List.copyOf(waiting)));
        }
    }

    private long electionNanos() {
        return electorate.settings().electionNanos();
    }

    private boolean isVoter(PeerId peer) {
        return electorate.settings().isVoter(peer);
    }

    /**
     * Greets again with growing waits: a voter without end, any other peer only for some E, since its address may never return.
     */
    private void dialAgain(PeerId peer, Node.Dial last) {
        long longest = 2 * electionNanos();
        if (last.waitNanos() < longest || isVoter(peer)) {
            dials = dials.with(peer, new Node.Dial(now + last.waitNanos(), Math.min(last.waitNanos() * 2, longest)));
        } else {
            dials = dials.without(peer);
        }
    }

    void dial(PeerId peer) {
        if (contacts.containsKey(peer) || dials.containsKey(peer) || peer.equals(self.id())) {
            return;
        }
        if (isVoter(peer) || dials.size() < Node.MAX_PEERS) {
            dials = dials.with(peer, new Node.Dial(now, electorate.settings().heartbeatNanos() / 2));
        } else {
            crowded(peer);
        }
    }

    void greet(PeerId to, long echo, boolean answerMe) {
        Node.Contact contact = contacts.get(to);
        effects.add(new NodeEffect.Greet(
                to,
                new Hello(
                        self.id(),
                        self.incarnation(),
                        durable.identity(),
                        self.lifelinePort(),
                        self.httpPort(),
                        Hello.VERSION,
                        self.passFor(to),
                        echo != 0 ? echo : contact == null ? 0 : contact.pass(),
                        answerMe,
                        durable.starts())));
    }

    /**
     * Greets, within limits, a sender that has not shown the pass of this life or is not in the life that this node has met. The
     * hello asks for an answer, unless the sender is in the known life. Otherwise a restarted peer would meet this node but not
     * the reverse: this node would drop its requests for votes.
     */
    void answerUnproven(PeerId to, long echo) {
        Optional<HelloLimiter> answered = isKnown(to)
                ? greetingLimiter.answeringKnown(to, now, electionNanos())
                : greetingLimiter.answeringStranger(to, now, electionNanos());
        if (answered.isPresent()) {
            greetingLimiter = answered.get();
            Node.Contact contact = contacts.get(to);
            greet(to, echo, contact == null || contact.pass() != echo);
        } else if (!isKnown(to) && !greetingLimiter.hasPlaceFor(to, now)) {
            drop(
                    to,
                    NodeEffect.Drop.STRANGERS,
                    to + " is not answered, and neither is any other unknown address for now: this node has answered "
                            + HelloLimiter.MAX_STRANGERS
                            + " addresses that have not proven who they are; if they are forged, switch on TLS");
        }
    }

    /** Whether this node sends to the peer anyway, so that an answer does not make the transport keep more state. */
    private boolean isKnown(PeerId peer) {
        return isVoter(peer) || contacts.containsKey(peer) || dials.containsKey(peer);
    }

    void greeted(Hello hello) {
        PeerId from = hello.from();
        if (from.equals(self.id())) {
            drop(
                    from,
                    NodeEffect.Drop.OUR_NAME,
                    "another node claims to be " + from + "; is a second node running with this address?");
            return;
        }
        if (hello.echo() != self.passFor(from)) {
            answerUnproven(from, hello.pass());
            return;
        }
        if (isOfACopy(hello) || !meet(hello)) {
            return;
        }
        if (hello.answerMe()) {
            greet(from, hello.pass(), false);
        }
    }

    /**
     * Whether the hello comes from a life that began before the one that this node has met, or at the same start: then either the
     * hello is late, or the sender's directory was restored from a backup or is a copy. The cases cannot be distinguished, so the
     * hello is dropped.
     */
    private boolean isOfACopy(Hello hello) {
        Node.Contact met = contacts.get(hello.from());
        if (met == null
                || hello.starts() == 0
                || !met.identity().equals(hello.identity())
                || met.incarnation().equals(hello.incarnation())
                || hello.starts() > met.starts()) {
            return false;
        }
        drop(
                hello.from(),
                NodeEffect.Drop.OLDER_MEMORY,
                hello.from() + " is rejected: it says that this is start " + hello.starts()
                        + " of its data directory, but start "
                        + met.starts()
                        + " was seen before. If this repeats, the directory was restored from a backup: stop it, empty the"
                        + " directory, start it, and readmit it (electorate readmit " + hello.from() + ")");
        return true;
    }

    // ---- the electorate

    void stored(JournalHead stored) {
        durable = stored;
        take(electorate.stored(now, draw, stored.electorate()));
    }

    /** Carries the effects of the electorate's step over. */
    void take(Electorate.Step step) {
        electorate = step.electorate();
        for (ElectorateEffect effect : step.effects()) {
            if (effect instanceof ElectorateEffect.Store store) {
                effects.add(new NodeEffect.StoreHead(durable.with(store.electorate())));
            } else if (effect instanceof ElectorateEffect.Tell tell) {
                tell(tell.to(), tell.message());
            } else if (effect instanceof ElectorateEffect.Switch to) {
                effects.add(new NodeEffect.Switch(to.configuration(), to.isForced(), electorate.isHeard()));
            } else if (effect instanceof ElectorateEffect.Stored stored) {
                configurationStored(stored.configuration());
            } else if (effect instanceof ElectorateEffect.ReadmissionAsked asked) {
                effects.add(new NodeEffect.ReadmissionAsked(asked.voter()));
            } else if (effect instanceof ElectorateEffect.Done done) {
                effects.add(new NodeEffect.WishDone(done.wish(), List.of()));
            } else if (effect instanceof ElectorateEffect.Planned planned) {
                effects.add(new NodeEffect.WishDone(planned.wish(), planned.changes()));
            } else if (effect instanceof ElectorateEffect.Failed failed) {
                effects.add(new NodeEffect.WishFailed(failed.wish(), failed.why()));
            } else if (effect instanceof ElectorateEffect.ListRegisters list) {
                effects.add(new NodeEffect.ListRegisters(list.to(), list.group(), list.number(), list.after()));
            } else if (effect instanceof ElectorateEffect.FetchRegisters fetch) {
                effects.add(new NodeEffect.FetchRegisters(fetch.from(), fetch.versions()));
            } else if (effect instanceof ElectorateEffect.OtherGroup other) {
                drop(
                        other.peer(),
                        NodeEffect.Drop.OTHER_GROUP,
                        other.peer() + " belongs to the group " + Configuration.show(other.group()) + ", this node to "
                                + Configuration.show(electorate.durable().group())
                                + ": the two do not hear each other. If one was forced in the place of the other, they agree in a"
                                + " moment; if both were forced, electorate force --over decides; otherwise, if it is meant to"
                                + " belong here, its directory is that of another group: give it its own");
            }
        }
    }

    private void tell(PeerId to, ElectorateMessage message) {
        if (contacts.containsKey(to)) {
            effects.add(new NodeEffect.Tell(to, message));
        } else {
            dial(to);
        }
    }

    private void configurationStored(Configuration configuration) {
        effects.add(new NodeEffect.ConfigurationStored(configuration, electorate.isHeard()));
        for (PeerId voter : configuration.named().keySet()) {
            dial(voter);
        }
        for (PeerId contact : contacts.keySet()) {
            if (!electorate.hears(contact, contacts.get(contact).identity())) {
                notHeard(contact, contacts.get(contact).identity());
            }
        }
    }

    /** A message about the electorate is heard from any node that has shown its pass; the electorate itself minds identities (E8). */
    void told(NodeInput.Framed frame, ElectorateMessage message) {
        if (isProven(frame)) {
            used(frame.from());
            take(electorate.heard(now, draw, frame.from(), frame.identity(), message));
        }
    }

    private void notHeard(PeerId from, DirectoryIdentity identity) {
        drop(
                from,
                NodeEffect.Drop.OTHER_IDENTITY,
                from + " is not heard in any election: its data directory is " + identity + ", but "
                        + electorate.configuration().orElseThrow() + " names it with "
                        + electorate.configuration().orElseThrow().named().get(from)
                        + ". Put the former directory back; or, if it is lost, say: electorate readmit " + from);
    }

    /**
     * Accepts the peer if there is room: it is a voter, has a place already, or takes a free or lapsed one. Returns whether it
     * was accepted.
     */
    private boolean meet(Hello hello) {
        PeerId from = hello.from();
        Node.Contact former = contacts.get(from);
        if (former == null && !isVoter(from) && !hasRoom()) {
            crowded(from);
            return false;
        }
        Node.Contact contact = new Node.Contact(
                hello.incarnation(),
                hello.identity(),
                hello.pass(),
                self.passFor(from),
                hello.lifelinePort(),
                hello.httpPort(),
                now,
                hello.starts());
        contacts = contacts.with(from, contact);
        dials = dials.without(from);
        if (!contact.isStill(former)) {
            greetingLimiter = greetingLimiter.without(from);
            effects.add(new NodeEffect.Met(from, hello.incarnation(), hello.lifelinePort()));
            if (!electorate.hears(from, hello.identity())) {
                notHeard(from, hello.identity());
            }
            take(electorate.met(now, from, hello.identity()));
        }
        return true;
    }

    /**
     * Clears lapsed places when all are taken, since addresses of pods may never return. An active peer never loses its place to
     * another one: the two would displace each other in turn, and neither would be accepted for long.
     */
    private boolean hasRoom() {
        if (contacts.size() < Node.MAX_PEERS) {
            return true;
        }
        for (Map.Entry<PeerId, Node.Contact> entry : contacts.entrySet()) {
            if (before.hasLapsed(entry.getKey(), entry.getValue(), now)) {
                contacts = contacts.without(entry.getKey());
            }
        }
        return contacts.size() < Node.MAX_PEERS;
    }

    private void crowded(PeerId peer) {
        drop(
                peer,
                NodeEffect.Drop.TOO_MANY_PEERS,
                peer + " is rejected, and so is any other new non-voter for now: this node already talks to "
                        + Node.MAX_PEERS + " peers, and all of them are active; let fewer nodes join elections");
    }

    // ---- frames

    void framed(NodeInput.Framed frame) {
        if (!isProven(frame)) {
            return;
        }
        used(frame.from());
        take(electorate.labelled(now, frame.from(), frame.group(), frame.configuration()));
        // Before the founding there is no election to which a message could belong.
        if (electorate.configuration().isPresent()
                && electorate.hears(frame.from(), frame.identity())
                && frame.group() == electorate.durable().group()) {
            effects.add(new NodeEffect.Deliver());
        }
    }

    private void used(PeerId from) {
        Node.Contact contact = contacts.get(from);
        if (contact != null) {
            contacts = contacts.with(from, contact.used(now));
        }
    }

    private boolean isProven(NodeInput.Framed frame) {
        if (Node.isOf(contacts.get(frame.from()), frame)) {
            return true;
        }
        drop(
                frame.from(),
                NodeEffect.Drop.NO_PASS,
                "a frame from " + frame.from() + " was dropped: it does not show this node's pass");
        answerUnproven(frame.from(), 0);
        return false;
    }

    void drop(PeerId from, NodeEffect.Drop kind, String why) {
        effects.add(new NodeEffect.Dropped(from, kind, why));
    }
}
